// The simulated kubelet against recordings of real ones: the same sequence of states and events.
import { describe, expect, test } from 'vitest';
import type { ScenarioCluster } from '../../../src/sim/cluster.ts';
import type { NodeConfig } from '../../../src/sim/node-config.ts';
import type { PodBehaviour } from '../../../src/sim/pod-behaviour.ts';
import type { PodTemplate } from '../../../src/sim/pod-template.ts';
import { fails, flips, inTurn, isPrivate, works } from '../../../src/sim/registries.ts';
import type { PullPlan } from '../../../src/sim/registries.ts';
import { recorded } from './recorded-traffic.ts';
import type { EventRow, StateRow, Traffic } from './recorded-traffic.ts';
import { simulate } from './simulated-traffic.ts';

const image = 'registry.corp.example/team7/search:v9';
const other = 'registry.corp.example/team9/ledger:v1';

interface Case {
  readonly phase: string;
  readonly scenario: string;
  readonly plan?: PullPlan;
  readonly template?: PodTemplate;
  readonly behaviour?: PodBehaviour;
  readonly node?: Partial<NodeConfig>;
  readonly version?: string;
  readonly more?: (cluster: ScenarioCluster) => void;
  readonly seconds?: number;
}

const app: PodTemplate = { containers: [{ name: 'app', image }] };
const withSecret: PodTemplate = { ...app, imagePullSecrets: ['registry-login'] };
const absent = fails('manifest-unknown');
const old: Pick<Case, 'version' | 'node'> = {
  version: '1.34',
  node: { runtime: 'containerd-1.7' },
};
const crio: Pick<Case, 'node'> = { node: { runtime: 'cri-o' } };

function later(
  seconds: number,
  act: (cluster: ScenarioCluster) => void,
): (cluster: ScenarioCluster) => void {
  return (cluster) => {
    cluster.clock.after(seconds * 1000, () => act(cluster));
  };
}

/** Scenarios whose states come in one order only, whatever the jitter does. */
const cases: readonly Case[] = [
  { phase: 'main', scenario: 'good', plan: works },
  { phase: 'main', scenario: 'manifest-unknown', plan: absent },
  { phase: 'main', scenario: 'http-503', plan: fails('http-503') },
  { phase: 'main', scenario: 'token-401', plan: fails('token-401') },
  { phase: 'main', scenario: 'tls-notyetvalid', plan: fails('certificate-expired') },
  { phase: 'main', scenario: 'tls-hang', plan: fails('tls-timeout') },
  { phase: 'main', scenario: 'dns-timeout', plan: fails('dns-timeout') },
  { phase: 'main', scenario: 'never', template: policy('Never') },
  { phase: 'main', scenario: 'bad-space', template: named('registry.corp.example/team/my app:v1') },
  { phase: 'main', scenario: 'secret-missing', plan: isPrivate, template: withSecret },
  {
    phase: 'main',
    scenario: 'secret-malformed',
    plan: isPrivate,
    template: withSecret,
    more: ({ actions }) => actions.setSecret('lab', 'registry-login', 'malformed'),
  },
  { phase: 'main', scenario: 'recover-after-1', plan: inTurn(absent, works) },
  {
    phase: 'main',
    scenario: 'recover-after-6',
    plan: inTurn(absent, absent, absent, absent, absent, absent, works),
  },
  { phase: 'main', scenario: 'alternating', plan: flips(absent, fails('http-503')) },
  {
    phase: 'main',
    scenario: 'init-fail',
    plan: fails('http-500'),
    template: {
      initContainers: [{ name: 'setup', image }],
      containers: [{ name: 'app', image: other }],
    },
  },
  {
    phase: 'main',
    scenario: 'init-main-same',
    plan: fails('http-403'),
    template: {
      initContainers: [{ name: 'setup', image }],
      containers: [{ name: 'app', image }],
    },
  },
  {
    phase: 'main',
    scenario: 'init-main-same-recover',
    plan: inTurn(fails('http-503'), fails('http-503'), works),
    template: {
      initContainers: [{ name: 'setup', image, imagePullPolicy: 'Always' }],
      containers: [{ name: 'app', image, imagePullPolicy: 'Always' }],
    },
    behaviour: { containers: { setup: { exitsAfterMs: 300 } } },
  },
  {
    phase: 'main',
    scenario: 'imagevolume-fail',
    plan: absent,
    template: {
      imageVolumes: { data: image },
      containers: [{ name: 'app', image: other, mounts: ['data'] }],
    },
  },
  {
    phase: 'main',
    scenario: 'two-diff',
    plan: fails('http-503'),
    template: {
      containers: [
        { name: 'a', image },
        { name: 'b', image: other },
      ],
    },
    more: ({ registries }) => registries.setImage(other, absent),
  },
  {
    phase: 'main',
    scenario: 'deleted-in-backoff',
    plan: fails('http-500'),
    template: { ...app, terminationGracePeriodSeconds: 1 },
    more: later(201, ({ actions }) => actions.deletePod('lab', 'pod')),
  },
  {
    phase: 'main',
    scenario: 'deadline',
    plan: absent,
    template: { ...app, activeDeadlineSeconds: 240 },
  },
  {
    phase: 'main',
    scenario: 'missing-configmap-env',
    plan: works,
    behaviour: {
      containers: {
        app: {
          createError: {
            reason: 'CreateContainerConfigError',
            message: 'configmap "nope" not found',
          },
        },
      },
    },
  },
  { phase: 'old', scenario: 'good', plan: works, ...old },
  { phase: 'old', scenario: 'manifest-unknown', plan: absent, ...old },
  { phase: 'old', scenario: 'tls-hang', plan: fails('tls-timeout'), ...old },
  { phase: 'old', scenario: 'conn-timeout', plan: fails('connection-timeout'), ...old },
  { phase: 'old', scenario: 'never', template: policy('Never'), ...old },
  { phase: 'old', scenario: 'secret-missing', plan: isPrivate, template: withSecret, ...old },
  { phase: 'crio', scenario: 'manifest-unknown', plan: absent, ...crio },
  { phase: 'crio', scenario: 'http-503', plan: fails('http-503'), ...crio },
  { phase: 'crio', scenario: 'conn-refused', plan: fails('connection-refused'), ...crio },
  { phase: 'crio', scenario: 'policy-reject', plan: fails('unsigned'), ...crio },
  {
    phase: 'sandbox',
    scenario: 'sb-good',
    seconds: 300,
    behaviour: {
      sandboxError:
        'rpc error: code = NotFound desc = failed to pull image "registry.k8s.io/pause:3.99": not found',
    },
  },
];

/** Scenarios in which the jitter decides what comes next: only the single steps can be compared. */
const jittered: readonly Case[] = [
  { phase: 'main', scenario: 'conn-timeout', plan: fails('connection-timeout') },
  {
    phase: 'main',
    scenario: 'crashloop',
    plan: works,
    behaviour: { containers: { app: { exitsAfterMs: 250, exitCode: 1 } } },
  },
  {
    phase: 'main',
    scenario: 'inplace-change-multi',
    plan: absent,
    more: (cluster) => {
      cluster.registries.setImage(other, absent);
      const patch = (seconds: number, to: string): void => {
        cluster.clock.after(seconds * 1000, () =>
          cluster.actions.patchPodImage('lab', 'pod', 'app', to),
        );
      };
      patch(180, other);
      patch(360, image);
      patch(540, 'registry.corp.example/team7/search:v1');
    },
  },
  {
    phase: 'runtime',
    scenario: 'rt-missing-0',
    plan: absent,
    seconds: 260,
    more: later(63.4, ({ actions, clock }) => {
      actions.stopRuntime('lab-1');
      clock.after(60_000, () => actions.startRuntime('lab-1'));
      clock.after(180_000, () => actions.stopRuntime('lab-1'));
      clock.after(183_000, () => actions.startRuntime('lab-1'));
    }),
  },
  {
    phase: 'diskfull',
    scenario: 'd04',
    seconds: 300,
    more: ({ actions }) => actions.setDisk('lab-1', 'images-full'),
  },
];

function policy(imagePullPolicy: string): PodTemplate {
  return { containers: [{ name: 'app', image, imagePullPolicy }] };
}

function named(name: string): PodTemplate {
  return { containers: [{ name: 'app', image: name }] };
}

function run(one: Case, seed = 1): Traffic {
  const { traffic } = simulate({
    seed,
    seconds: one.seconds ?? 900,
    ...(one.node === undefined ? {} : { node: one.node }),
    ...(one.version === undefined ? {} : { kubernetesVersion: one.version }),
    start: (cluster) => {
      cluster.registries.setImage(image, one.plan ?? works);
      cluster.actions.apply({
        namespace: 'lab',
        kind: 'Pod',
        name: 'pod',
        pod: one.template ?? app,
        ...(one.behaviour === undefined ? {} : { behaviour: one.behaviour }),
      });
      one.more?.(cluster);
    },
  });
  return traffic('pod');
}

/** States in order, one entry a change of a container: phase, container, state, reason, form. */
function sequence(states: readonly StateRow[]): readonly string[] {
  return states.map(([, ...row]) => row.filter((part) => part !== '').join(' / '));
}

/** Events in the order in which they first come, with their object. */
function kinds(events: readonly EventRow[]): readonly string[] {
  return [
    ...new Set(
      events.map(([, type, reason, path, form]) => [type, reason, path, form].join(' / ')),
    ),
  ];
}

describe('the simulated kubelet shows what a real one showed', () => {
  test.each(cases)('states of $phase $scenario', (one) => {
    const real = sequence(recorded(one.phase, one.scenario).states);
    const simulated = sequence(run(one).states);
    // The window ends at a time, not at a state: one cycle more or less fits into it.
    expect(Math.abs(simulated.length - real.length)).toBeLessThanOrEqual(2);
    const common = Math.min(real.length, simulated.length);
    expect(simulated.slice(0, common)).toEqual(real.slice(0, common));
  });

  test.each(cases)('events of $phase $scenario', (one) => {
    const real = recorded(one.phase, one.scenario).events;
    const simulated = run(one).events;
    expect([...kinds(simulated)].sort()).toEqual([...kinds(real)].sort());
    // How many writes get through is decided by the token buckets alone.
    expect(Math.abs(simulated.length - real.length)).toBeLessThanOrEqual(real.length > 20 ? 3 : 0);
  });

  test.each(jittered)('every step of $phase $scenario can happen', (one) => {
    const steps = (traffic: Traffic): readonly string[] => {
      const states = sequence(traffic.states);
      return states.slice(1).map((state, i) => `${states[i]} > ${state}`);
    };
    const simulated = new Set<string>();
    for (let seed = 1; seed <= 40; seed++)
      for (const step of steps(run(one, seed))) simulated.add(step);
    const real = steps(recorded(one.phase, one.scenario));
    expect(real.length).toBeGreaterThan(8);
    expect(real.filter((step) => !simulated.has(step))).toEqual([]);
  });

  test.each(jittered)('no other events come with $phase $scenario', (one) => {
    const real = kinds(recorded(one.phase, one.scenario).events);
    const simulated = new Set([1, 2, 3, 4, 5].flatMap((seed) => kinds(run(one, seed).events)));
    expect([...simulated].sort()).toEqual([...real].sort());
  });
});
