// The variable parts of annotations: labels, the value, and the causes behind an alert.
import type { Cause } from '../src/classify/causes.ts';
import type { Condition } from '../src/promql/matchers.ts';
import type { Pack } from './alert.ts';

export interface Template<Label extends string> {
  readonly label: (name: Label) => string;
  readonly value: (format: 'humanize' | 'humanizeDuration' | 'humanizePercentage') => string;
  /**
   * The three most frequent causes, as "manifest_not_found 2, unauthorized 1", of the containers
   * that share the alert's values of these labels; counted in containers or in workloads.
   */
  readonly causes: (
    unit: 'container' | 'workload',
    labels: readonly (Label & FailingLabel)[],
    cause?: Condition<Cause>,
  ) => string;
}

type FailingLabel = 'namespace' | 'pod' | 'workload_kind' | 'workload' | 'registry' | 'node';

/** What one of the unit is told from another by. */
const units = {
  container: ['namespace', 'pod', 'container'],
  workload: ['namespace', 'workload_kind', 'workload'],
} as const;

export function template<Label extends string>({ q }: Pack): Template<Label> {
  return {
    label: (name) => `{{ $labels.${q.labelName(name) ?? name} }}`,
    value: (format) => `{{ $value | ${format} }}`,
    causes: (unit, labels, cause) => {
      const known = ['cluster', ...labels].flatMap((label) => q.labelName(label) ?? []);
      const placeholders = Object.fromEntries(known.map((label) => [label, placeholder]));
      const matchers = { ...placeholders, ...(cause === undefined ? {} : { cause }) };
      const failing = q.select('imagepull_container_failing', matchers);
      const each = q.max(['cause', ...units[unit]], q.bridge(failing));
      const query = oneLine(`topk(3, ${q.count(['cause'], each).text})`);
      const values = known.map((label) => `$labels.${label}`).join(' ');
      return [
        `{{ range $i, $cause := printf \`${query}\` ${values} | query }}`,
        '{{ if $i }}, {{ end }}{{ $cause.Labels.cause }} {{ $cause.Value | humanize }}',
        '{{ else }}not known{{ end }}',
      ].join('');
    },
  };
}

/** Filled in by the template's printf, quotes included. */
const placeholder = '\u{fffc}';

function oneLine(text: string): string {
  return text
    .replaceAll('%', '%%')
    .replaceAll(`"${placeholder}"`, '%q')
    .replaceAll(/\(\n\s*/g, '(')
    .replaceAll(/\n\s*\)/g, ')')
    .replaceAll(/\n\s*/g, ' ');
}
