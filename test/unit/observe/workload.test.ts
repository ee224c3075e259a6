import { describe, expect, test } from 'vitest';
import { workloadOf } from '../../../src/observe/workload.ts';
import type { Pod } from '../../../src/wire/objects.ts';
import { anOwner, aPod } from './builders.ts';

const createdAt = Date.UTC(2026, 10, 21, 12, 0, 0);
const minute = createdAt / 60_000;

const cases: readonly (readonly [name: string, pod: Partial<Pod>, workload: string])[] = [
  [
    'a ReplicaSet of a Deployment',
    {
      labels: { 'pod-template-hash': '7d9c5b6f4' },
      controller: anOwner('ReplicaSet', 'web-7d9c5b6f4'),
    },
    'Deployment/web',
  ],
  [
    'a ReplicaSet of a Rollout, although it is labelled as that of a Deployment as well',
    {
      labels: { 'rollouts-pod-template-hash': '5f6d', 'pod-template-hash': '5f6d' },
      controller: anOwner('ReplicaSet', 'web-5f6d'),
    },
    'Rollout/web',
  ],
  [
    'a ReplicaSet of its own, whose name only looks like that of a Deployment',
    { labels: { 'pod-template-hash': '7d9c5b6f4' }, controller: anOwner('ReplicaSet', 'web-abc') },
    'ReplicaSet/web-abc',
  ],
  ['a StatefulSet', { controller: anOwner('StatefulSet', 'db') }, 'StatefulSet/db'],
  [
    'a Job of a CronJob',
    { createdAt, controller: anOwner('Job', `backup-${minute}`) },
    'CronJob/backup',
  ],
  [
    'a Job whose name ends in a date',
    { createdAt, controller: anOwner('Job', 'backup-20261121') },
    'Job/backup-20261121',
  ],
  ['a Job by hand', { createdAt, controller: anOwner('Job', 'migrate') }, 'Job/migrate'],
  ['a pod without owner', { name: 'debug' }, 'Pod/debug'],
  [
    'an orphan of a Deployment',
    {
      name: 'web-7d9c5b6f4-x7k2p',
      generateName: 'web-7d9c5b6f4-',
      labels: { 'pod-template-hash': '7d9c5b6f4' },
    },
    'Pod/web',
  ],
  [
    'the pod of a CI run, whose owner has a generated name',
    { name: 'build-x7k2p-step-0', controller: anOwner('TaskRun', 'build-x7k2p') },
    'Pod/build',
  ],
  [
    'a pod of a CI run with a generated name of its own',
    {
      name: 'build-x7k2p-step-9vbcd',
      generateName: 'build-x7k2p-step-',
      controller: anOwner('Workflow', 'build-x7k2p'),
    },
    'Pod/build-step',
  ],
  [
    'an owner of a kind that nobody knows',
    { controller: anOwner('CloneSet', 'web') },
    'CloneSet/web',
  ],
  [
    'a static pod, whose name ends in that of its node',
    { name: 'etcd-node-1', nodeName: 'node-1', controller: anOwner('Node', 'node-1') },
    'Pod/etcd',
  ],
];

describe('the workload that a person knows', () => {
  test.each(cases)('of %s', (_, pod, workload) => {
    const { kind, name } = workloadOf(aPod(pod));
    expect(`${kind}/${name}`).toBe(workload);
  });
});
