// What must not compile: each line below a directive is a mistake that the catalogues know.
import { expect, expectTypeOf, test } from 'vitest';
import type { Outcome } from '../../../src/track/states.ts';
import type { LabelValues } from '../../../src/promql/matchers.ts';
import { oneOf } from '../../../src/promql/matchers.ts';
import { maxOver } from '../../../src/promql/operators.ts';
import { alert, type Pack } from '../../../rules/alert.ts';

/** Never run: only the compiler looks at it. */
export function mistakes({ q }: Pack): void {
  const failing = q.select('imagepull_container_failing');
  const attempts = q.select('imagepull_attempts_total');

  // @ts-expect-error a metric that does not exist
  q.select('imagepull_container_failed');
  // @ts-expect-error a histogram has no series of its own name
  q.select('imagepull_duration_seconds');
  // @ts-expect-error a label that the metric does not have
  q.select('imagepull_container_attempts', { cause: 'dns_failure' });
  // @ts-expect-error a cause that does not exist
  q.select('imagepull_container_failing', { cause: 'dns_error' });
  // @ts-expect-error a cause that does not exist, among others
  q.select('imagepull_container_failing', { cause: oneOf(['dns_failure', 'dns_error']) });
  // @ts-expect-error a class that does not exist
  q.record('failing', { class: 'network' });
  // @ts-expect-error a record that does not exist
  q.record('failed');
  // @ts-expect-error a label that the record has not kept
  q.record('failing', { cause: 'dns_failure' });
  // @ts-expect-error a label that is not there to be grouped by
  q.sum(['cluster', 'image'], q.record('failing'));
  // @ts-expect-error a label that was aggregated away
  q.sum(['node'], q.sum(['cluster', 'registry'], failing));
  // @ts-expect-error a label that only one side has
  q.and(['registry'], failing, q.select('up'));
  // @ts-expect-error the rate of a gauge
  q.rate(['cluster'], failing, 300);
  // @ts-expect-error the highest value of a counter
  q.bridge(attempts);
  // @ts-expect-error the highest value of a counter
  maxOver(attempts, 300);
  // @ts-expect-error a label that not both metrics have
  q.selectAny(['imagepull_container_failing', 'imagepull_attempts_total'], { pod: 'a' });

  alert({
    expr: () => q.max(['cluster', 'registry'], failing),
    for: 60,
    keepFiringFor: 0,
    severity: 'info',
    audience: 'platform',
    summary: 'A test.',
    // @ts-expect-error a text about a label that the alert does not have
    description: ({ label }) => label('node'),
    dashboard: 'imagepull-registry',
    // @ts-expect-error a link with a label that the alert does not have
    variables: ['namespace'],
  });
}

test('the mistakes are not run, but tsc has seen each of them', () => {
  expect(mistakes).toBeTypeOf('function');
});

test('the closed label values are those of the types that make them', () => {
  expectTypeOf<LabelValues['outcome']>().toEqualTypeOf<Outcome>();
});
