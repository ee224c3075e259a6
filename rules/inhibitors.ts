// Group imagepull.inhibitors: alerts that nobody gets; they mute others while somebody else is at it.
import { equal } from '../src/promql/operators.ts';
import { alert, minutes, unlessTooMany } from './alert.ts';
import { credentialsRejectedEverywhere, registryUnavailable } from './registry.ts';
import { workloadDown } from './workload.ts';

const shared = {
  severity: 'none',
  audience: 'nobody',
  for: minutes(1),
  keepFiringFor: minutes(30),
} as const;

export const inhibitors = {
  ImagePullRegistryInhibitor: alert({
    ...shared,
    expr: registryUnavailable,
    summary: 'Mutes what follows from a registry that is down.',
    description: ({ label }) => `${label('registry')} is down; the platform team knows.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullCredentialsInhibitor: alert({
    ...shared,
    expr: credentialsRejectedEverywhere,
    summary: 'Mutes what follows from a shared account that a registry rejects.',
    description: ({ label }) =>
      `${label('registry')} rejects a shared account; the platform team knows.`,
    dashboard: 'imagepull-registry',
    variables: ['cluster', 'registry'],
  }),

  ImagePullWorkloadInhibitor: alert({
    ...shared,
    expr: workloadDown,
    summary: 'Mutes what follows from a workload that is down.',
    description: ({ label }) =>
      `${label('workload_kind')} ${label('namespace')}/${label('workload')} is down; its owner knows.`,
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'workload'],
  }),
};

/** Group imagepull.upstream, for those who ask for it: it edits other people's alerts. */
export const upstreamInhibitors = {
  ImagePullPodInhibitor: alert({
    ...shared,
    expr: (pack) => {
      const failing = pack.q.bridge(pack.q.select('imagepull_container_failing'));
      return unlessTooMany(pack, equal(pack.q.max(['cluster', 'namespace', 'pod'], failing), 1));
    },
    for: 0,
    keepFiringFor: minutes(15),
    summary: "Mutes other packs' alerts about a pod whose image cannot be pulled.",
    description: ({ label }) =>
      `Pod ${label('namespace')}/${label('pod')} waits for an image; its workload has an alert.`,
    dashboard: 'imagepull-workload',
    variables: ['cluster', 'namespace', 'pod'],
  }),
};
