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
   * The targets go on after what raised the source is over (containers in back-off come late), so
   * the source must outlast them.
   */
  readonly outlasts: boolean;
}

const registry = ['cluster', 'registry'] as const;

// A source that stands for a whole registry mutes only alerts that could be about the registry: a
// typo and an outage share the label.
export const mutes: readonly Mute[] = [
  {
    source: 'ImagePullRegistryInhibitor',
    targets: ['ImagePullFailing', 'ImagePullRegistryDegraded', 'ImagePullSlow'],
    equal: registry,
    outlasts: true,
  },
  {
    source: 'ImagePullCredentialsInhibitor',
    targets: ['ImagePullCredentialsRejected'],
    equal: registry,
    outlasts: true,
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
    outlasts: true,
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
    outlasts: false,
  })),
  {
    source: 'ImagePullExporterAbsent',
    targets: ['ImagePullExporterWatchStale', 'ImagePullStateDisagrees'],
    equal: ['cluster'],
    outlasts: false,
  },
  {
    source: 'ImagePullExporterWatchStale',
    targets: ['ImagePullStateDisagrees'],
    equal: ['cluster'],
    outlasts: false,
  },
  {
    source: 'ImagePullPodInhibitor',
    targets: [],
    foreignTargets: ['KubePodNotReady', 'KubeContainerWaiting'],
    equal: ['cluster', 'namespace', 'pod'],
    outlasts: false,
  },
];

/** An inhibitor without its alert would mute in silence: they come and go together. */
export const inhibitorsOf = {
  ImagePullRegistryUnavailable: 'ImagePullRegistryInhibitor',
  ImagePullCredentialsRejectedEverywhere: 'ImagePullCredentialsInhibitor',
  ImagePullWorkloadDown: 'ImagePullWorkloadInhibitor',
} as const satisfies Partial<Record<AlertName, AlertName>>;
