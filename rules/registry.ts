// Group imagepull.registry: a registry, or the way to it, or an account that many share.
import { type Cause } from '../src/classify/causes.ts';
import type { Vector } from '../src/promql/expression.ts';
import { noneOf, oneOf } from '../src/promql/matchers.ts';
import { above, age, atLeast, equal, or } from '../src/promql/operators.ts';
import { alert, minutes, type Pack } from './alert.ts';
import { countWorkloads, foldedRegistries, outageCauses } from './recording.ts';

const identity = ['cluster', 'registry'] as const;
type RegistryLabel = (typeof identity)[number];

/**
 * What an account that many share looks like when it expires. `access_denied_or_missing` is not
 * among them: Docker Hub says so of every mistyped repository.
 */
export const sharedAccountCauses = [
  'unauthorized',
  'forbidden',
  'credentials_expired',
  'credential_provider_failed',
] as const satisfies readonly Cause[];

export const registryAlerts = {
  ImagePullRegistryUnavailable: alert({
    expr: registryUnavailable,
    for: minutes(3),
    keepFiringFor: minutes(5),
    severity: 'critical',
    audience: 'platform',
    summary: 'Nothing can be pulled from a registry.',
    description: ({ label, causes }) =>
      `No pull from ${label('registry')} works: what is scaled, rescheduled or deployed does not ` +
      `start. Workloads by cause: ${causes('workload', ['registry'], oneOf(outageCauses))}.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullRegistryDegraded: alert({
    expr: ({ q, limits, windows }) => {
      const failsNow = above(q.record('outageRatio'), limits.degradedRatio);
      const failsForLong = above(q.record('outageRatioLong'), limits.degradedRatio);
      const attempts = q.increase(identity, q.select('imagepull_attempts_total'), windows.long);
      const isUsed = above(attempts, limits.degradedAttempts);
      const isWide = atLeast(q.record('outageWorkloads'), limits.degradedWorkloads);
      return [failsForLong, isUsed, isWide].reduce<Vector<RegistryLabel>>(
        (all, condition) => q.and(identity, all, condition),
        failsNow,
      );
    },
    for: minutes(5),
    keepFiringFor: minutes(15),
    severity: 'warning',
    audience: 'platform',
    summary: 'A registry fails part of the pulls.',
    description: ({ label, value, causes }) =>
      `${value('humanizePercentage')} of the attempts to pull from ${label('registry')} fail. ` +
      `Workloads by cause: ${causes('workload', ['registry'], oneOf(outageCauses))}.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullRateLimited: alert({
    expr: (pack) => {
      const limited = { cause: 'rate_limited', registry: noneOf(foldedRegistries) } as const;
      const workloads = countWorkloads(pack, ['registry'], limited);
      return atLeast(workloads, pack.limits.rateLimitedWorkloads);
    },
    for: minutes(5),
    keepFiringFor: minutes(30),
    severity: 'warning',
    audience: 'platform',
    summary: 'A registry refuses pulls because there were too many.',
    description: ({ label, value }) =>
      `${label('registry')} limits the rate of pulls. Workloads that wait: ${value('humanize')}. ` +
      'The limit comes back until pulls are authenticated or go through a mirror.',
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullCredentialsRejectedEverywhere: alert({
    expr: credentialsRejectedEverywhere,
    for: minutes(5),
    keepFiringFor: minutes(15),
    severity: 'critical',
    audience: 'platform',
    summary: 'A registry has begun to reject the credentials of many namespaces.',
    description: ({ label, value, causes }) =>
      `${label('registry')} rejects the credentials of ${value('humanize')} namespaces, and it ` +
      'began in several of them at about the same time: an account that they share has most ' +
      `likely expired. Workloads by cause: ` +
      `${causes('workload', ['registry'], oneOf(sharedAccountCauses))}.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullSlow: alert({
    expr: ({ q, limits, windows }) => {
      const slow = above(q.record('pullDuration', { quantile: '0.95' }), limits.slowPull);
      const count = q.select('imagepull_duration_seconds_count');
      const pulls = above(q.increase(identity, count, windows.pulls), limits.slowPulls);
      return q.and(identity, q.max(identity, slow), pulls);
    },
    for: minutes(15),
    keepFiringFor: minutes(15),
    severity: 'info',
    audience: 'platform',
    summary: 'Pulls from a registry take long.',
    description: ({ label, value }) =>
      `One pull in twenty from ${label('registry')} takes longer than ` +
      `${value('humanizeDuration')}. Registries are slow before they are down.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),
};

/** Wide, and nothing succeeds: where events are not watched no success is known, and it is silent. */
export function registryUnavailable({ q, limits, windows }: Pack): Vector<RegistryLabel> {
  const wide = atLeast(q.record('outageWorkloads'), limits.outageWorkloads);
  const success = q.select('imagepull_attempts_total', { result: 'success' });
  return q.and(identity, wide, equal(q.increase(identity, success, windows.success), 0));
}

/**
 * Began in several namespaces at about the same time. It is held as long as it is wide: how it began
 * cannot be told two hours later. A namespace has not just begun where one of its containers has
 * failed so for longer, or where others failed so then (pods come and go).
 */
export function credentialsRejectedEverywhere(pack: Pack): Vector<RegistryLabel> {
  const { q, limits, windows } = pack;
  const perNamespace = ['cluster', 'registry', 'namespace'] as const;
  const rejected = q.select('imagepull_container_failing', {
    cause: oneOf(sharedAccountCauses),
    registry: noneOf(foldedRegistries),
  });
  const firstFailure = q.bridge(q.select('imagepull_container_first_failure_timestamp_seconds'));
  const forLong = q.and(
    ['cluster', 'namespace', 'pod', 'uid', 'container'],
    q.bridge(rejected),
    above(age(firstFailure), limits.rejectedWithin),
  );
  const namespaces = q.count(perNamespace, q.bridge(rejected));
  const begun = q.unless(
    perNamespace,
    namespaces,
    or(forLong, q.bridge(rejected, limits.rejectedWithin)),
  );
  const wide = atLeast(q.count(identity, namespaces), limits.rejectedNamespaces);
  const raised = atLeast(q.count(identity, begun), limits.rejectedNamespaces);
  return q.hold('ImagePullCredentialsRejectedEverywhere', wide, raised, windows.memory);
}
