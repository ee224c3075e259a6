// The flags of `generate manifests` -> settings of the manifests.
import {
  list,
  parsed,
  readWholeNumber,
  toggle,
  UsageError,
  type ValuesOf,
} from '../config/option.ts';
import { defaultManifestsSettings, type ManifestsSettings } from './manifests.ts';

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const defaults = defaultManifestsSettings;

export const manifestsOptions = {
  namespace: parsed({
    name: 'namespace',
    short: 'n',
    value: 'NS',
    expected: 'the name of a namespace',
    read: (given) => (dnsLabel.test(given) ? given : undefined),
    fallback: defaults.namespace,
    help: 'Where the exporter is to run.',
    group: 'Objects',
  }),
  image: parsed({
    name: 'image',
    value: 'IMAGE',
    expected: 'an image reference',
    read: (given) => (/^[^\s"']+$/.test(given) ? given : undefined),
    fallback: defaults.image,
    help: 'Image of the exporter.',
    group: 'Objects',
  }),
  shards: parsed({
    name: 'shards',
    value: 'N',
    expected: 'a whole number from 1 to 100',
    read: readWholeNumber(1, 100),
    fallback: defaults.shards,
    help: 'So many exporters, each of which watches its part of all pods.',
    group: 'Objects',
  }),
  perNode: toggle({
    name: 'per-node',
    help: 'A DaemonSet instead: each exporter watches the pods of its own node.',
    group: 'Objects',
  }),
  noServiceMonitor: toggle({
    name: 'no-service-monitor',
    help: "Leave the ServiceMonitor out, where Prometheus' operator is not installed.",
    group: 'Monitoring',
  }),
  monitorLabels: list({
    name: 'monitor-label',
    value: 'KEY=VALUE',
    expected: 'KEY=VALUE',
    accepts: (given) => /^[\w./-]+=[\w.-]*$/.test(given),
    help: 'Label of the ServiceMonitor, so that the operator selects it: release=kube-prometheus-stack, for instance.',
    group: 'Monitoring',
    defaultText: 'none',
  }),
};

/** Throws UsageError for flags that exclude each other. */
export function manifestsSettings(values: ValuesOf<typeof manifestsOptions>): ManifestsSettings {
  const { namespace, image, shards, perNode } = values;
  if (perNode && shards > 1) {
    throw new UsageError('--per-node and --shards: expected one of them, got both');
  }
  const monitorLabels = Object.fromEntries(
    values.monitorLabels.map((pair) => pair.split('=') as [string, string]),
  );
  return {
    namespace,
    image,
    shards,
    perNode,
    serviceMonitor: !values.noServiceMonitor,
    monitorLabels,
  };
}
