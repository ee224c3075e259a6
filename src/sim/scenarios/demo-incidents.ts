// A seed -> the small incidents that keep a demo alive: something breaks every minute, most of it heals.
import type { ScenarioCluster } from '../cluster.ts';
import { failures } from '../failures.ts';
import type { FailureName } from '../failures.ts';
import { fails, works } from '../registries.ts';

const teams = ['shop', 'payments', 'search', 'media', 'logistics', 'identity', 'data', 'partner'];
const parts = ['api', 'worker', 'importer', 'exporter', 'scheduler', 'mailer', 'sync', 'admin'];
const words = ['order', 'stock', 'voucher', 'review', 'parcel', 'tariff', 'profile', 'campaign'];

/** Where images live whose registry cannot be reached at all; the company's own one answers. */
const farHosts = ['registry.north.example', 'registry.supplier.example', 'cr.colo-2.example'];

/** What may break next, and how often compared to the others. */
const breakages: readonly (readonly [FailureName, weight: number])[] = [
  ['manifest-unknown', 6],
  ['http-401', 2],
  ['token-403', 2],
  ['no-basic-auth', 2],
  ['http-429', 3],
  ['http-500', 2],
  ['http-503', 3],
  ['blob-429', 1],
  ['short-blob', 1],
  ['dns-servfail', 2],
  ['dns-timeout', 1],
  ['connection-refused', 2],
  ['connection-reset', 2],
  ['no-answer', 1],
  ['network-unreachable', 1],
  ['plain-http', 1],
  ['proxy-bad-gateway', 1],
  ['too-many-files', 1],
  ['ca-file-missing', 1],
  ['read-only-disk', 1],
  ['harbor-repository-missing', 1],
  ['child-manifest-missing', 1],
];

const pool = breakages.flatMap(([name, weight]) => Array.from({ length: weight }, () => name));

/** At most this many at the same time, so that the demo stays a page that one can read. */
const maximumOpen = 9;
const betweenMs = [12_000, 40_000] as const;
const lastsMs = [45_000, 14 * 60_000] as const;
const kubeletRestartEveryMs = 35 * 60_000;

/** From `at` on, for as long as the clock runs. */
export function keepHappening(cluster: ScenarioCluster, at: number): void {
  const { clock, random, actions } = cluster;
  let open = 0;
  let number = 0;
  const next = (): void => {
    if (open < maximumOpen) {
      open++;
      breakOne(cluster, number++, () => open--);
    }
    clock.after(random.integer(...betweenMs), next);
  };
  clock.at(at, next);
  const restart = (): void => {
    actions.restartKubelet('worker-a2');
    clock.after(kubeletRestartEveryMs, restart);
  };
  clock.at(at + 8 * 60_000, restart);
}

/** A rollout goes wrong; sooner or later the image appears, or somebody takes the rollout back. */
function breakOne(cluster: ScenarioCluster, number: number, over: () => void): void {
  const { clock, random, registries, actions } = cluster;
  const namespace = random.pick(teams);
  const name = `${random.pick(words)}-${random.pick(parts)}`;
  const failure = random.pick(pool);
  const host =
    failures[failure].stage === 'connect' ? random.pick(farHosts) : 'harbor.acme.example';
  const image = `${host}/${namespace}/${name}:${1 + (number % 9)}.${number}`;
  const key = ['Deployment', namespace, `${name}-${number}`] as const;
  registries.setImage(image, fails(failure));
  actions.apply({
    namespace,
    kind: 'Deployment',
    name: key[2],
    replicas: random.integer(1, 3),
    pod: { containers: [{ name: 'app', image }] },
  });
  clock.after(random.integer(...lastsMs), () => {
    const heals = random.chance(0.6);
    registries.setImage(image, works);
    if (!heals) actions.remove(...key);
    // What has healed runs for a while and is then cleared away, or the cluster would fill up.
    else clock.after(5 * 60_000, () => actions.remove(...key));
    over();
  });
}
