// What one node of a scenario is like.
import type { Runtime } from './failures.ts';

export interface NodeConfig {
  readonly name: string;
  readonly ip: string;
  /** Default: that of the cluster. */
  readonly kubernetesVersion?: string;
  readonly runtime?: Runtime;
  /** serializeImagePulls of the kubelet's configuration; default true, as there. */
  readonly serializeImagePulls?: boolean;
  readonly registryPullQps?: number;
  readonly registryBurst?: number;
}
