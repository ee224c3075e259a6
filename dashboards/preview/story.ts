// What the pictures tell: a day in a cluster, an evening on which much goes wrong, and the night after.
import { demoNodes } from '../../src/sim/scenarios/demo.ts';
import {
  expiredRobotAccount,
  fullDisk,
  stalledLayer,
  typo,
} from '../../src/sim/scenarios/incidents.ts';
import type { Scenario, ScenarioCluster } from '../../src/sim/cluster.ts';
import type { PullPlan } from '../../src/sim/registries.ts';
import type { WorkloadKind } from '../../src/sim/workload.ts';
import { fails, flips, isSlow, until, works } from '../../src/sim/registries.ts';

const minute = 60_000;

/** In minutes from the start. The pictures look back over six hours. */
export const storyMinutes = { incident: 360, healed: 368, health: 520 } as const;

const harbor = 'harbor.acme.example';
const hub = 'docker.io';
const ecr = '481516234200.dkr.ecr.eu-central-1.amazonaws.com';

export const story: Scenario = {
  nodes: demoNodes,
  start: (cluster) => {
    everyday(cluster);
    incidents(cluster);
  },
};

/** Jobs that pull all the time, releases, and now and then a typing error that somebody mends. */
function everyday(cluster: ScenarioCluster): void {
  const { clock, actions, registries, random } = cluster;
  const at = (minutes: number, act: () => void): void => void clock.after(minutes * minute, act);
  const jobs = [
    ['data', 'sales-report', `${ecr}/bi/sales-report`, 9000],
    ['search', 'reindex', `${harbor}/search/reindex`, 4000],
    ['shop', 'price-feed', `${harbor}/shop/price-feed`, 2500],
    ['media', 'thumbnail-batch', 'ghcr.io/acme-media/thumbnail-batch', 15_000],
    ['partner', 'invoice-export', 'quay.io/acme/invoice-export', 6000],
    ['tools', 'backup', `${hub}/acmecorp/backup`, 3000],
  ] as const;
  for (let tick = 0; tick < storyMinutes.health; tick += 4) {
    for (const [index, [namespace, name, repository, takesMs]] of jobs.entries()) {
      at(tick + index * 0.6, () => {
        // A tag of its own each time, or the image would be there already.
        const image = `${repository}:${100 + tick}`;
        registries.setImage(image, isSlow(takesMs * (0.4 + random.integer(0, 140) / 100)));
        actions.apply({
          namespace,
          kind: 'Deployment',
          name,
          pod: { containers: [{ name: 'run', image }] },
        });
      });
    }
  }
  const mistakes = [
    [40, 'shop', 'voucher-api', 'manifest-unknown', 22],
    [95, 'media', 'face-blur', 'bad-layer', 14],
    [130, 'identity', 'login-ui', 'unsigned', 35],
    [170, 'search', 'synonyms', 'http-502', 9],
    [215, 'tools', 'wiki', 'dns-nxdomain', 26],
    [260, 'payments', 'dunning', 'token-429', 18],
  ] as const;
  for (const [begins, namespace, name, failure, lasts] of mistakes) {
    at(begins, () => {
      const image = `${harbor}/${namespace}/${name}:${begins}`;
      registries.setImage(image, until(clock.now() + lasts * minute, fails(failure)));
      apply(cluster, namespace, name, image, 2);
    });
  }
}

function incidents(cluster: ScenarioCluster): void {
  const { clock, actions, registries } = cluster;
  const at = (minutes: number, act: () => void): void => void clock.after(minutes * minute, act);
  const heals: (() => void)[] = [];
  const failing = (
    begins: number,
    namespace: string,
    name: string,
    image: string,
    plan: PullPlan,
    replicas = 1,
    kind: WorkloadKind = 'Deployment',
  ): void => {
    at(begins, () => {
      registries.setImage(image, plan);
      apply(cluster, namespace, name, image, replicas, kind);
    });
    heals.push(() => registries.setImage(image, works));
  };
  failing(
    205,
    'shop',
    'checkout',
    `${harbor}/shop/checkout:2.14.0-rc`,
    fails('manifest-unknown'),
    3,
  );
  failing(
    248,
    'shop',
    'session-cache',
    'redis:7.4-alpine',
    flips(fails('http-429'), fails('http-429'), fails('connection-reset')),
    1,
    'StatefulSet',
  );
  failing(
    301,
    'partner',
    'pdf-renderer',
    `${harbor}/partner/pdf-renderer:2.2`,
    fails('vulnerable-412'),
  );
  failing(
    322,
    'tools',
    'diagram-server',
    'ghcr.io/acme-corp/diagram-server:3.0',
    fails('unexplained'),
  );
  failing(
    331,
    'logistics',
    'carrier-sync',
    'registry.carrier.example/sync:44',
    fails('connection-timeout'),
  );
  failing(
    344,
    'media',
    'transcoder',
    'ghcr.io/acme-media/transcoder:5.2',
    fails('wrong-platform'),
    2,
  );

  // The company's search registry is down while its teams roll out.
  const searchHost = 'registry.search.example';
  at(318, () => actions.breakHost(searchHost, fails('http-503')));
  for (const [index, name] of [
    'query-api',
    'suggest',
    'crawler',
    'ranking',
    'spellcheck',
  ].entries()) {
    at(319 + index * 5, () =>
      apply(cluster, 'search', name, `${searchHost}/${name}:6.1`, 1 + (index % 3)),
    );
  }
  heals.push(() => actions.healHost(searchHost));

  at(335, () => heals.push(expiredRobotAccount(cluster, { host: ecr, namespaces: 4 })));
  at(305, () => heals.push(fullDisk(cluster, { node: 'worker-a3', workloads: 3 })));
  at(312, () => heals.push(stalledLayer(cluster, { node: 'worker-b2' })));
  at(350, () => heals.push(typo(cluster, { namespace: 'payments', name: 'ledger', replicas: 2 })));

  // What was up is rolled out with an image that is not there.
  const gateway = (tag: string): string => `${harbor}/payments/psp-gateway:${tag}`;
  const rollOut = (tag: string): void =>
    actions.apply({
      namespace: 'payments',
      kind: 'Deployment',
      name: 'psp-gateway',
      replicas: 2,
      strategy: 'Recreate',
      pod: { containers: [{ name: 'gateway', image: gateway(tag) }] },
    });
  at(1, () => rollOut('3.8.0'));
  at(340, () => {
    registries.setImage(gateway('3.8.1'), fails('manifest-unknown'));
    rollOut('3.8.1');
  });
  heals.push(() => rollOut('3.8.0'));

  at(storyMinutes.healed, () => {
    for (const heal of heals) heal();
  });
}

function apply(
  { actions }: ScenarioCluster,
  namespace: string,
  name: string,
  image: string,
  replicas: number,
  kind: WorkloadKind = 'Deployment',
): void {
  actions.apply({
    namespace,
    kind,
    name,
    replicas,
    // A node of its own for the one that the pictures follow: others wait behind a stalled layer.
    pod: {
      containers: [{ name, image }],
      ...(kind === 'StatefulSet' ? { nodeName: 'worker-a1' } : {}),
    },
  });
}
