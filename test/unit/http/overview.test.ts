import { expect, test } from 'vitest';
import { OverviewBuilder } from '../../../src/http/overview.ts';
import type { FailingContainer } from '../../../src/track/states.ts';
import { aFailingContainer } from '../metrics/failing-container.ts';

const limits = { maxProblems: 10, maxWorkloads: 10, maxContainers: 10 };

function overviewOf(containers: readonly FailingContainer[], given: Partial<typeof limits> = {}) {
  const builder = new OverviewBuilder();
  for (const container of containers) builder.add(container);
  return builder.finish({ ...limits, ...given });
}

function workload(name: string, given: Parameters<typeof aFailingContainer>[0] = {}) {
  return aFailingContainer({
    uid: `uid-of-${name}`,
    pod: `${name}-1`,
    workload: { kind: 'Deployment', name },
    ...given,
  });
}

test.each([
  { cause: 'connection_timeout', place: { type: 'registry', registry: 'registry.example.com' } },
  { cause: 'unauthorized', place: { type: 'registry', registry: 'registry.example.com' } },
  { cause: 'disk_full', place: { type: 'node', node: 'node-1' } },
  { cause: 'pull_secret_missing', place: { type: 'namespace', namespace: 'shop' } },
  {
    cause: 'manifest_not_found',
    place: {
      type: 'workload',
      namespace: 'shop',
      workload: { kind: 'Deployment', name: 'web' },
    },
  },
  {
    cause: 'content_corrupt',
    place: {
      type: 'workload',
      namespace: 'shop',
      workload: { kind: 'Deployment', name: 'web' },
    },
  },
] as const)('$cause is a problem of a $place.type', ({ cause, place }) => {
  const [problem] = overviewOf([aFailingContainer({ verdict: { cause } })]).problems;
  expect(problem).toMatchObject({ cause, place });
});

test('a problem counts containers, workloads, namespaces and nodes, and knows its times', () => {
  const timeout = { cause: 'connection_timeout' } as const;
  const { problems, ...totals } = overviewOf([
    workload('a', { verdict: timeout, firstFailureAt: 3000, nextRetryAt: 9000 }),
    workload('a', {
      verdict: timeout,
      uid: 'a-2',
      node: 'node-2',
      firstFailureAt: 1000,
      nextRetryAt: undefined,
    }),
    workload('b', { verdict: timeout, namespace: 'pay', firstFailureAt: 2000, nextRetryAt: 8000 }),
  ]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({
    workloadCount: 2,
    containerCount: 3,
    namespaceCount: 2,
    nodeCount: 2,
    firstFailureAt: 1000,
    nextRetryAt: 8000,
    outage: false,
  });
  expect(
    problems[0]?.workloads.map(({ workload: { name }, containerCount }) => [name, containerCount]),
  ).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(problems[0]?.workloads[0]?.containers.map(({ firstFailureAt }) => firstFailureAt)).toEqual(
    [1000, 3000],
  );
  expect(totals).toMatchObject({
    containerCount: 3,
    workloadCount: 2,
    namespaceCount: 2,
    problemCount: 1,
    byClass: {
      registry: { containers: 3, workloads: 2 },
      reference: { containers: 0, workloads: 0 },
    },
  });
});

test('an outage comes first, then the wider problem, then the newer one', () => {
  const outage = ['a', 'b', 'c'].map((name) =>
    workload(name, { registry: 'quay.io', verdict: { cause: 'dns_failure' } }),
  );
  const wide = ['d', 'e', 'f', 'g'].map((name) =>
    workload(name, { registry: 'docker.io', verdict: { cause: 'rate_limited' } }),
  );
  const old = workload('old', { firstFailureAt: 1 });
  const fresh = workload('fresh', { firstFailureAt: 2 });
  const { problems } = overviewOf([old, ...wide, fresh, ...outage]);
  expect(problems.map(({ cause, outage: isOutage }) => [cause, isOutage])).toEqual([
    ['dns_failure', true],
    ['rate_limited', false],
    ['manifest_not_found', false],
    ['manifest_not_found', false],
  ]);
  expect(problems[2]?.place).toMatchObject({ workload: { name: 'fresh' } });
});

test('what is left out for brevity is counted all the same', () => {
  const containers = Array.from({ length: 60 }, (_, index) =>
    workload(`svc-${index % 12}`, {
      uid: `uid-${index}`,
      registry: `registry-${index % 4}.example`,
      verdict: { cause: 'rate_limited' },
    }),
  );
  const overview = overviewOf(containers, { maxProblems: 2, maxWorkloads: 2, maxContainers: 3 });
  expect(overview.problems).toHaveLength(2);
  expect(overview.problemCount).toBe(4);
  expect(overview.problems[0]?.workloads).toHaveLength(2);
  expect(overview.problems[0]?.workloadCount).toBe(3);
  expect(overview.problems[0]?.workloads[0]?.containers).toHaveLength(3);
  expect(overview.problems[0]?.workloads[0]?.containerCount).toBe(5);
});
