// Which alert keeps which others quiet: Alertmanager's inhibit rules.
import { workloadIdentity } from './recording.ts';
import type { AlertName } from './pack.ts';

export interface Mute {
  readonly source: AlertName;
  readonly targets: readonly AlertName[];
  /** Others' alerts, by name. */
  readonly foreignTargets?: readonly string[];
  readonly equal: readonly string[];
  /**
   * A source that is to mute must fire before its targets; where those go on when what raised the
   * source is over (containers in back-off come late) it must outlast them, too.
   */
  readonly timing: 'outlasts' | 'precedes' | 'any';
}

const registry = ['cluster', 'registry'] as const;

// A source that stands for a whole registry mutes only alerts that could be about the registry: a
// typo and an outage share the label.
export const mutes: readonly Mute[] = [
  {
    source: 'ImagePullRegistryInhibitor',
    targets: ['ImagePullFailing', 'ImagePullRegistryDegraded', 'ImagePullSlow'],
    equal: registry,
    timing: 'outlasts',
  },
  {
    source: 'ImagePullCredentialsInhibitor',
    targets: ['ImagePullCredentialsRejected'],
    equal: registry,
    timing: 'outlasts',
  },
  {
    source: 'ImagePullWorkloadInhibitor',
    targets: [
      'ImagePullFailing',
      'ImagePullReferenceInvalid',
      'ImagePullCredentialsRejected',
      'ImagePullPolicyRejected',
    ],
    // Not the registry, which WorkloadDown does not know.
    equal: workloadIdentity,
    timing: 'outlasts',
  },
  // The same containers, said more exactly: both end at once.
  ...(
    [
      'ImagePullReferenceInvalid',
      'ImagePullCredentialsRejected',
      'ImagePullPolicyRejected',
    ] as const
  ).map((source): Mute => ({
    source,
    targets: ['ImagePullFailing'],
    equal: workloadIdentity,
    timing: 'precedes',
  })),
  {
    source: 'ImagePullExporterAbsent',
    targets: ['ImagePullExporterWatchStale', 'ImagePullStateDisagrees'],
    equal: ['cluster'],
    timing: 'any',
  },
  {
    source: 'ImagePullExporterWatchStale',
    targets: ['ImagePullStateDisagrees'],
    equal: ['cluster'],
    timing: 'any',
  },
  {
    source: 'ImagePullPodInhibitor',
    targets: [],
    foreignTargets: ['KubePodNotReady', 'KubeContainerWaiting'],
    equal: ['cluster', 'namespace', 'pod'],
    timing: 'any',
  },
];

/** An inhibitor without its alert would mute in silence: they come and go together. */
export const inhibitorsOf = {
  ImagePullRegistryUnavailable: 'ImagePullRegistryInhibitor',
  ImagePullCredentialsRejectedEverywhere: 'ImagePullCredentialsInhibitor',
  ImagePullWorkloadDown: 'ImagePullWorkloadInhibitor',
} as const satisfies Partial<Record<AlertName, AlertName>>;
