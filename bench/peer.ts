// What a TypeScript team would write: the informer of @kubernetes/client-node, and gauges of prom-client.
// Tells its parent when it is synced.
import { CoreV1Api, KubeConfig, makeInformer, type V1Pod } from '@kubernetes/client-node';
import { Gauge } from 'prom-client';

const config = new KubeConfig();
config.loadFromFile(process.argv[2] ?? '');
// It refuses plain http otherwise.
config.clusters = config.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }));
const api = config.makeApiClient(CoreV1Api);
const gauge = new Gauge({
  name: 'pod_image_pull_failing',
  help: '1 while a container cannot pull its image.',
  labelNames: ['namespace', 'pod', 'uid', 'container', 'image', 'reason'],
});
const shown = new Map<string, Record<string, string>[]>();

function forget(pod: V1Pod): void {
  const uid = pod.metadata?.uid ?? '';
  for (const labels of shown.get(uid) ?? []) gauge.remove(labels);
  shown.delete(uid);
}

function show(pod: V1Pod): void {
  forget(pod);
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const failing = [...initContainerStatuses, ...containerStatuses].flatMap((status) => {
    const reason = status.state?.waiting?.reason ?? '';
    if (!/ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull/.test(reason)) return [];
    return [{ namespace, pod: name, uid, container: status.name, image: status.image, reason }];
  });
  for (const labels of failing) gauge.set(labels, 1);
  if (failing.length > 0) shown.set(uid, failing);
}

const informer = makeInformer(config, '/api/v1/pods', () => api.listPodForAllNamespaces());
informer.on('add', show);
informer.on('update', show);
informer.on('delete', forget);
informer.on('error', () => {
  setTimeout(() => informer.start(), 1000);
});
await informer.start();
// It is done as well when its list has failed.
if (informer.list().length > 0) process.send?.('synced');
