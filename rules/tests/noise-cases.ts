// A large cluster on an ordinary day: much fails, each for a reason of its own, and no page goes out.
import type { Cause } from '../../src/classify/causes.ts';
import { availableReplicas, failing, healthy, successes } from './exposed.ts';
import type { PackCase } from './pack-cases.ts';
import { always, during, minute, type Series } from './series.ts';

const day = minute(24 * 60);
const namespaces = Array.from({ length: 50 }, (_, i) => `team-${i}`);

/** Half of them of images on Docker Hub, which will not say whether they exist. */
const typos: readonly (readonly [Cause, string])[] = [
  ['access_denied_or_missing', 'docker.io'],
  ['manifest_not_found', 'registry.corp.example'],
  ['access_denied_or_missing', 'docker.io'],
  ['repository_not_found', 'ghcr.io'],
  ['access_denied_or_missing', 'docker.io'],
  ['image_not_found', 'quay.io'],
  ['access_denied_or_missing', 'docker.io'],
  ['invalid_reference', 'registry.corp.example'],
];

/** Every half hour another team mistypes an image, in a rollout that keeps its old pods, or in a new workload. */
function typo(namespace: string, i: number): readonly Series[] {
  const begin = minute(1 + 28 * i);
  const isNew = i % 3 === 0;
  const [cause, registry] = typos[i % typos.length] as (typeof typos)[number];
  return [
    ...failing({ cause, namespace, registry }, during(begin, day + 1), begin),
    availableReplicas(namespace, 'cart', isNew ? during(begin, day + 1, 0) : always(3)),
  ];
}

/** One base image with a layer that is broken in the registry; many use it. */
function corrupt(namespace: string, i: number): readonly Series[] {
  const begin = minute(60 + 5 * i);
  return failing(
    { cause: 'content_corrupt', namespace, workload: 'base', registry: 'ghcr.io' },
    during(begin, day + 1),
    begin,
  );
}

function rateLimited(namespace: string, i: number): readonly Series[] {
  const begin = minute(120 + 3 * i);
  return failing(
    { cause: 'rate_limited', namespace, workload: 'web', registry: 'docker.io' },
    during(begin, day + 1),
    begin,
  );
}

export const noise: readonly PackCase[] = [
  {
    name: 'a day of typos in 50 namespaces, of one corrupt image and of a rate limit pages nobody',
    series: [
      ...healthy(),
      // Some registries are seldom used, and none of what is asked of them now works.
      ...namespaces.flatMap((namespace, i) => [
        ...typo(namespace, i),
        ...(i % 4 === 0 ? corrupt(namespace, i) : []),
        ...(i % 4 === 1 ? rateLimited(namespace, i) : []),
      ]),
      ...['docker.io', 'ghcr.io', 'quay.io'].map((registry) =>
        successes(registry, 'team-0', always(0)),
      ),
    ],
    silent: {
      alerts: [
        'ImagePullRegistryUnavailable',
        'ImagePullRegistryInhibitor',
        'ImagePullCredentialsRejectedEverywhere',
        'ImagePullCredentialsInhibitor',
        'ImagePullWorkloadDown',
        'ImagePullWorkloadInhibitor',
      ],
      until: day,
    },
    // The owners hear of it all the same.
    samples: [
      {
        expr: 'count by (alertname) (ALERTS{alertname=~"ImagePull(Failing|ReferenceInvalid|CredentialsRejected|RateLimited)", alertstate="firing"})',
        at: day,
        expected: [
          { labels: '{alertname="ImagePullFailing"}', value: 76 },
          { labels: '{alertname="ImagePullReferenceInvalid"}', value: 25 },
          { labels: '{alertname="ImagePullCredentialsRejected"}', value: 25 },
          { labels: '{alertname="ImagePullRateLimited"}', value: 1 },
        ],
      },
    ],
  },
];
