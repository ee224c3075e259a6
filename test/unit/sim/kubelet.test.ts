// Mechanisms of the simulated kubelet, one by one; measured.md and kubelet-semantics.md say what is right.
import { describe, expect, test } from 'vitest';
import type { SimulatedCluster } from '../../../src/sim/cluster.ts';
import type { PodBehaviour } from '../../../src/sim/pod-behaviour.ts';
import type { PodTemplate } from '../../../src/sim/pod-template.ts';
import { fails, inTurn, isPrivate, isSlow, works } from '../../../src/sim/registries.ts';
import type { PullPlan } from '../../../src/sim/registries.ts';
import { recorded } from './recorded-traffic.ts';
import type { StateRow, Traffic } from './recorded-traffic.ts';
import { simulate } from './simulated-traffic.ts';
import type { Run } from './simulated-traffic.ts';

const image = 'registry.corp.example/team7/search:v9';
const absent = fails('manifest-unknown');

interface OnePod {
  readonly plan?: PullPlan;
  readonly pod?: PodTemplate;
  readonly behaviour?: PodBehaviour;
  readonly run?: Partial<Run>;
}

function onePod(
  seconds: number,
  { plan = works, pod, behaviour, run }: OnePod = {},
): { readonly cluster: SimulatedCluster; readonly traffic: () => Traffic } {
  const { cluster, traffic } = simulate({
    seconds,
    ...run,
    start: (started) => {
      started.registries.setImage(image, plan);
      started.actions.apply({
        namespace: 'lab',
        kind: 'Pod',
        name: 'pod',
        pod: pod ?? { containers: [{ name: 'app', image }] },
        ...(behaviour === undefined ? {} : { behaviour }),
      });
      run?.start?.(started);
    },
  });
  return { cluster, traffic: () => traffic('pod') };
}

function reasons(states: readonly StateRow[], container = 'app'): readonly string[] {
  return states.filter((row) => row[2] === container).map((row) => row[4] || row[3]);
}

function status(cluster: SimulatedCluster, container = 'app'): Record<string, unknown> {
  const { containerStatuses = [], ephemeralContainerStatuses = [] } =
    cluster.pods()[0]?.status ?? {};
  const found = [...containerStatuses, ...ephemeralContainerStatuses].find(
    ({ name }) => name === container,
  );
  return { ...found };
}

function messages(cluster: SimulatedCluster): readonly string[] {
  return [...new Set(cluster.events().map(({ message }) => message))];
}

describe('containers that share an image', () => {
  test('only the first one pulls and shows ErrImagePull; the other shows the back-off for ever', () => {
    const { cluster, traffic } = onePod(900, {
      plan: absent,
      pod: {
        containers: [
          { name: 'app', image },
          { name: 'twin', image },
        ],
      },
    });
    expect(new Set(reasons(traffic().states))).toEqual(
      new Set(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff']),
    );
    expect(reasons(traffic().states, 'twin')).toEqual(['ContainerCreating', 'ImagePullBackOff']);
    expect(cluster.truth().map((line) => line.container)).toEqual(['app']);
  });
});

describe('an ephemeral container', () => {
  test('fails in phase Running, beside the containers that are well', () => {
    const { cluster, traffic } = onePod(30);
    cluster.actions.addEphemeralContainer('lab', 'pod', {
      name: 'debug',
      image: 'registry.corp.example/tools/debug:v0',
    });
    cluster.actions.planImage('registry.corp.example/tools/debug:v0', absent);
    cluster.advanceBy(60_000);
    expect(cluster.pods()[0]?.status.phase).toBe('Running');
    // No change of the sandbox follows, so the second try comes with the first retry.
    expect(reasons(traffic().states, 'debug').slice(0, 3)).toEqual([
      'ContainerCreating',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
    expect(cluster.truth().find((line) => line.container === 'debug')?.container_type).toBe(
      'ephemeral',
    );
  });
});

describe('a sidecar', () => {
  test('that cannot be pulled keeps the pod uninitialised and the main container waiting', () => {
    const { cluster, traffic } = onePod(120, {
      plan: absent,
      pod: {
        initContainers: [{ name: 'proxy', image, restartPolicy: 'Always' }],
        containers: [{ name: 'app', image: 'registry.corp.example/base/tool:v1' }],
      },
    });
    expect(new Set(reasons(traffic().states, 'proxy'))).toEqual(
      new Set(['PodInitializing', 'ErrImagePull', 'ImagePullBackOff']),
    );
    expect(reasons(traffic().states)).toEqual(['PodInitializing']);
    expect(cluster.truth().map((line) => line.container_type)).toEqual(['sidecar']);
  });
});

describe('a container that ran before', () => {
  const restarting: OnePod = {
    plan: inTurn(works, absent),
    pod: { containers: [{ name: 'app', image, imagePullPolicy: 'Always' }] },
    behaviour: { containers: { app: { exitsAfterMs: 20_000 } } },
  };

  test('walks through ErrImagePull, ImagePullBackOff and CrashLoopBackOff in phase Running', () => {
    const { cluster, traffic } = onePod(900, restarting);
    expect(new Set(reasons(traffic().states))).toEqual(
      new Set([
        'ContainerCreating',
        'running',
        'Completed',
        'ErrImagePull',
        'ImagePullBackOff',
        'CrashLoopBackOff',
      ]),
    );
    expect(
      new Set(
        traffic()
          .states.map(([, phase]) => phase)
          .slice(2),
      ),
    ).toEqual(new Set(['Running']));
    expect(status(cluster)).toMatchObject({ restartCount: 0, image });
  });

  test('makes every transition that was recorded', () => {
    const pairs = (states: readonly StateRow[]): Set<string> => {
      const seen = reasons(states);
      return new Set(seen.slice(1).map((reason, i) => `${seen[i]} > ${reason}`));
    };
    const simulated = new Set<string>();
    for (let seed = 1; seed <= 30; seed++) {
      const flapShort: OnePod = {
        ...restarting,
        plan: inTurn(works, absent, absent, absent, absent, works, absent),
        behaviour: { containers: { app: { exitsAfterMs: 30_000 } } },
        run: { seed },
      };
      for (const pair of pairs(onePod(630, flapShort).traffic().states)) simulated.add(pair);
    }
    const real = pairs(recorded('main', 'flap-short').states.filter(([at]) => at < 630));
    expect([...real].filter((pair) => !simulated.has(pair))).toEqual([]);
  });
});

describe('a crash loop', () => {
  /** Seconds from sync to sync, by the count of the event that every sync adds to. */
  const secondsPerSync = ({ events }: Traffic): number => {
    const told = events.filter(
      ([at, , , , form]) => at > 430 && form.startsWith('Back-off restarting'),
    );
    const [first, last] = [told[0], told.at(-1)];
    return ((last?.[0] ?? 0) - (first?.[0] ?? 0)) / ((last?.[5] ?? 0) - (first?.[5] ?? 0));
  };

  const looping = (kubernetesVersion: string): Traffic =>
    onePod(1200, {
      behaviour: { containers: { app: { exitsAfterMs: 250, exitCode: 1 } } },
      run: { kubernetesVersion },
    }).traffic();

  test('decides itself when the pod is synced next, from 1.35 on', () => {
    expect(secondsPerSync(recorded('main', 'crashloop'))).toBeCloseTo(70, -1.2);
    expect(secondsPerSync(looping('1.36'))).toBeCloseTo(70, -1.2);
    expect(secondsPerSync(looping('1.34'))).toBeCloseTo(14, -0.5);
  });
});

describe('an image that is changed in place', () => {
  test('is pulled at once with a back-off of its own, while the status keeps the old image', () => {
    const { cluster } = onePod(60);
    const wrong = 'registry.corp.example/team7/search:typo';
    cluster.actions.planImage(wrong, absent);
    cluster.actions.patchPodImage('lab', 'pod', 'app', wrong);
    cluster.advanceBy(40_000);
    expect(status(cluster)).toMatchObject({
      image,
      restartCount: 0,
      state: { waiting: { reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/) } },
      lastState: { terminated: { exitCode: 143 } },
    });
    expect(cluster.pods()[0]?.status.phase).toBe('Running');
    expect(messages(cluster)).toContain('Container app definition changed, will be restarted');
    const line = cluster.truth().find((one) => one.image === wrong);
    expect(line?.failed.length).toBeGreaterThanOrEqual(2);
  });

  test('back to an image that failed less than 600 s ago resumes its back-off', () => {
    const other = 'registry.corp.example/team7/search:other';
    const { cluster } = onePod(200, { plan: absent });
    cluster.actions.planImage(other, absent);
    cluster.actions.patchPodImage('lab', 'pod', 'app', other);
    cluster.advanceBy(60_000);
    const before =
      cluster
        .truth()
        .find((line) => line.image === image)
        ?.failed.at(-1) ?? 0;
    cluster.actions.patchPodImage('lab', 'pod', 'app', image);
    cluster.advanceBy(300_000);
    const next = cluster
      .truth()
      .find((line) => line.image === image)
      ?.failed.find((at) => at > before);
    // Five failures by then: the next step is 160 s.
    expect((next ?? 0) - before).toBeGreaterThan(160);
  });
});

describe('a runtime that is down', () => {
  test('shows as ImageInspectError, and pods stand still until it is back, as recorded', () => {
    const real = recorded('runtime', 'rt-missing-0').states.map((row) => row[4]);
    const { cluster, traffic } = onePod(63, { plan: absent });
    cluster.actions.stopRuntime('lab-1');
    cluster.advanceBy(60_000);
    cluster.actions.startRuntime('lab-1');
    cluster.advanceBy(100_000);
    const simulated = traffic().states.map((row) => row[4]);
    expect(real).toContain('ImageInspectError');
    expect(simulated).toContain('ImageInspectError');
    const gap = (states: readonly StateRow[]): number => {
      const index = states.findIndex((row) => row[4] === 'ImageInspectError');
      return (states[index]?.[0] ?? 0) - (states[index - 1]?.[0] ?? 0);
    };
    expect(gap(recorded('runtime', 'rt-missing-0').states)).toBeGreaterThan(50);
    expect(gap(traffic().states)).toBeGreaterThan(45);
    expect(messages(cluster)).toContain(
      'Failed to inspect image "": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
    );
  });

  test('ends the pulls that are running', () => {
    const { cluster } = onePod(20, { plan: isSlow(400_000) });
    cluster.actions.stopRuntime('lab-1');
    cluster.advanceBy(1000);
    cluster.actions.startRuntime('lab-1');
    cluster.advanceBy(5000);
    expect(cluster.truth()[0]?.failures[0]?.[1]).toBe('runtime_unavailable');
    expect(status(cluster)).toMatchObject({
      state: {
        waiting: {
          message: expect.stringContaining(
            'rpc error: code = Unavailable desc = error reading from server: EOF',
          ),
        },
      },
    });
  });
});

describe('a kubelet restart', () => {
  test('forgets reasons and back-off, and begins new Event objects', () => {
    const { cluster, traffic } = onePod(400, { plan: absent });
    const before = cluster.events().filter(({ reason }) => reason === 'Pulling').length;
    cluster.actions.restartKubelet('lab-1');
    cluster.advanceBy(60_000);
    const after = reasons(traffic().states).slice(-5);
    expect(after).toContain('ContainerCreating');
    const pulling = cluster.events().filter(({ reason }) => reason === 'Pulling');
    expect(pulling.length).toBe(before + 1);
    const [line] = cluster.truth();
    const restartedAt = cluster.clock.now() / 1000 - 60;
    const tries = line?.kubelet_pulling.filter((at) => at > restartedAt) ?? [];
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeLessThan(18);
  });
});

describe('an API server that is away', () => {
  test('is caught up with in one step, while the kubelet goes on pulling', () => {
    const { cluster, traffic } = onePod(15, { plan: absent });
    const before = traffic().states.length;
    cluster.actions.loseApi();
    cluster.advanceBy(100_000);
    expect(traffic().states.length).toBe(before);
    expect(cluster.truth()[0]?.failed.length).toBeGreaterThanOrEqual(4);
    cluster.actions.returnApi();
    cluster.advanceBy(100);
    expect(traffic().states.length).toBe(before + 1);
  });
});

describe('a full disk', () => {
  test('fails pulls with texts that differ every time, and new sandboxes with combined events', () => {
    const { cluster } = onePod(120, {
      run: { start: ({ actions }) => actions.setDisk('lab-1', 'images-full') },
    });
    const failed = cluster.events().filter(({ message }) => message.includes('no space left'));
    expect(failed.length).toBeGreaterThan(2);
    expect(failed.every(({ count }) => count === 1)).toBe(true);
    cluster.actions.setDisk('lab-1', 'full');
    cluster.actions.apply({
      namespace: 'lab',
      kind: 'Pod',
      name: 'late',
      pod: { containers: [{ name: 'app', image }] },
    });
    cluster.advanceBy(300_000);
    const sandbox = cluster.events().filter(({ reason }) => reason === 'FailedCreatePodSandBox');
    // Recorded in diskfull/d11: nine of their own, then one that counts.
    expect(sandbox.filter(({ count }) => count === 1).length).toBe(9);
    expect(
      sandbox.find(({ message }) => message.startsWith('(combined from'))?.count,
    ).toBeGreaterThan(8);
    expect(cluster.truth().some((line) => line.pod === 'late')).toBe(false);
  });
});

describe('a mirror pod', () => {
  test('has events under the uid of its manifest', () => {
    const { cluster } = simulate({
      seconds: 30,
      start: ({ registries, actions }) => {
        registries.setImage(image, absent);
        actions.createStaticPod('lab-1', 'kube-system', 'edge', {
          containers: [{ name: 'app', image }],
        });
      },
    });
    const [pod] = cluster.pods();
    const hash = pod?.metadata.annotations?.['kubernetes.io/config.mirror'] ?? '';
    expect(pod?.metadata.name).toBe('edge-lab-1');
    expect(new Set(cluster.events().map(({ involvedObject }) => involvedObject.uid))).toEqual(
      new Set([hash]),
    );
    expect(cluster.truth()[0]).toMatchObject({ uid: pod?.metadata.uid, event_uid: hash });
  });
});

describe('pull secrets', () => {
  const withSecret: PodTemplate = {
    containers: [{ name: 'app', image }],
    imagePullSecrets: ['registry-login'],
  };

  test('a fixed secret is used at the next try, not before', () => {
    const { cluster } = onePod(100, { plan: isPrivate, pod: withSecret });
    cluster.actions.setSecret('lab', 'registry-login', 'good');
    const [before] = cluster.truth();
    const due = (before?.failed.at(-1) ?? 0) + 80;
    cluster.advanceBy(120_000);
    expect(cluster.truth()[0]?.recovered_at).toBeGreaterThan(due);
  });

  test('an image that was pulled with a secret is pulled again for a pod that has none (1.35 and newer)', () => {
    const second = (version: string): string => {
      const { cluster } = onePod(30, {
        plan: isPrivate,
        pod: withSecret,
        run: {
          kubernetesVersion: version,
          start: ({ actions }) => actions.setSecret('lab', 'registry-login', 'good'),
        },
      });
      cluster.actions.apply({
        namespace: 'lab',
        kind: 'Pod',
        name: 'second',
        pod: { containers: [{ name: 'app', image }] },
      });
      cluster.advanceBy(30_000);
      const pod = cluster.pods().find(({ metadata }) => metadata.name === 'second');
      return Object.keys(pod?.status.containerStatuses?.[0]?.state ?? {})[0] ?? '';
    };
    expect(second('1.34')).toBe('running');
    expect(second('1.36')).toBe('waiting');
  });
});

describe('Kubernetes versions', () => {
  const seen = (version: string, one: OnePod): readonly string[] => {
    const { cluster } = onePod(40, { ...one, run: { kubernetesVersion: version, ...one.run } });
    return [...messages(cluster), JSON.stringify(status(cluster)['state']).replaceAll('\\"', '"')];
  };

  test.each([
    ['1.31', `"message":"Back-off pulling image "${image}""`],
    [
      '1.32',
      `"message":"Back-off pulling image "${image}": ErrImagePull: rpc error: code = NotFound`,
    ],
  ])('%s says %s while it backs off', (version, text) => {
    // 40 s after the start the third try has failed or is waited for.
    const texts = [20, 22, 24, 26].map((seconds) => seenAt(version, seconds));
    expect(texts.some((one) => one.includes(text))).toBe(true);
  });

  function seenAt(version: string, seconds: number): string {
    const { cluster } = onePod(seconds, { plan: absent, run: { kubernetesVersion: version } });
    return JSON.stringify(status(cluster)['state']).replaceAll('\\"', '"');
  }

  test.each([
    ['1.29', /^Successfully pulled image "[^"]+" in [\d.]+m?s \([\d.]+m?s including waiting\)$/],
    ['1.30', /including waiting\)\. Image size: \d+ bytes\.$/],
  ])('%s tells a successful pull as %s', (version, pattern) => {
    expect(seen(version, {}).some((text) => pattern.test(text))).toBe(true);
  });

  test.each([
    ['1.31', 'Created container app', 'Started container app'],
    ['1.34', 'Created container: app', 'Started container app'],
    ['1.36', 'Container created', 'Container started'],
  ])('%s tells of a container as %s', (version, created, started) => {
    expect(seen(version, {})).toEqual(expect.arrayContaining([created, started]));
  });

  test.each([
    ['1.32', 'ErrImagePull'],
    ['1.33', 'unable to parse auth field, must be formatted as base64(username:password)'],
  ])('%s shows an undecodable secret with the reason %s', (version, reason) => {
    const { traffic } = onePod(20, {
      plan: isPrivate,
      pod: { containers: [{ name: 'app', image }], imagePullSecrets: ['broken'] },
      run: {
        kubernetesVersion: version,
        start: ({ actions }) => actions.setSecret('lab', 'broken', 'malformed'),
      },
    });
    expect(reasons(traffic().states)).toContain(reason);
  });

  test('up to 1.31 Normal and Warning events share one bucket', () => {
    const { traffic } = onePod(900, { plan: absent, run: { kubernetesVersion: '1.31' } });
    const last = (reason: string): number =>
      traffic().events.findLast((event) => event[2] === reason)?.[5] ?? 0;
    expect(last('Pulling')).toBeLessThanOrEqual(4);
    expect(traffic().events.length).toBeLessThanOrEqual(29);
  });

  test('a version that is not known is refused', () => {
    expect(() => onePod(1, { run: { kubernetesVersion: '1.27' } })).toThrow(
      'Kubernetes 1.27 is not simulated; 1.28 to 1.36 are',
    );
  });
});

describe('deletion', () => {
  test('in the middle of a serialized pull lets the next pull go on', () => {
    const { cluster } = simulate({
      seconds: 10,
      node: { serializeImagePulls: true },
      start: ({ registries, actions }) => {
        registries.setImage('r.example/stuck:v1', isSlow(10_000_000));
        for (const name of ['stuck', 'next']) {
          actions.apply({
            namespace: 'lab',
            kind: 'Pod',
            name,
            pod: { containers: [{ name: 'app', image: `r.example/${name}:v1` }] },
          });
        }
      },
    });
    expect(cluster.pods().map(({ status: { phase } }) => phase)).toEqual(['Pending', 'Pending']);
    cluster.actions.deletePod('lab', 'stuck', 1);
    cluster.advanceBy(10_000);
    expect(cluster.pods().map(({ metadata, status: { phase } }) => [metadata.name, phase])).toEqual(
      [['next', 'Running']],
    );
    expect(cluster.truth().find((line) => line.pod === 'stuck')?.deleted_at).toBeGreaterThan(0);
  });

  test('events of a deleted pod go after an hour', () => {
    const { cluster } = onePod(60, { plan: absent });
    cluster.actions.deletePod('lab', 'pod', 1);
    cluster.advanceBy(10_000);
    expect(cluster.pods()).toEqual([]);
    expect(cluster.events().length).toBeGreaterThan(3);
    cluster.advanceBy(3_600_000);
    expect(cluster.events()).toEqual([]);
  });
});
