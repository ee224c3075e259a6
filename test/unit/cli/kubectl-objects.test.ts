import { expect, test } from 'vitest';
import { readKubectlObjects } from '../../../src/cli/kubectl-objects.ts';

const pod = { kind: 'Pod', metadata: { namespace: 'shop', name: 'web', uid: 'u1' } };
const event = {
  kind: 'Event',
  metadata: { namespace: 'shop', name: 'web.1', uid: 'e1' },
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u1' },
  reason: 'Pulling',
  message: 'Pulling image "nginx"',
  lastTimestamp: '2026-11-21T12:00:00Z',
};
const list = (...items: readonly unknown[]) => ({ apiVersion: 'v1', kind: 'List', items });

async function read(text: string, chunkBytes = 7) {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      yield bytes.subarray(at, at + chunkBytes);
    }
  }
  const { pods, events } = await readKubectlObjects(chunks(), 'pods.json');
  return { pods: pods.map(({ name }) => name), events: events.map(({ reason }) => reason) };
}

test.each([
  ['a list of pods and events', list(pod, event), ['web'], ['Pulling']],
  ['one pod alone', pod, ['web'], []],
  ['objects of other kinds are passed over', list({ kind: 'Secret' }, pod, null, 7), ['web'], []],
  ['a cluster without pods', list(), [], []],
])('%s', async (_, object, pods, events) => {
  expect(await read(JSON.stringify(object))).toEqual({ pods, events });
  expect(await read(JSON.stringify(object, null, 4), 1)).toEqual({ pods, events });
});

test.each([
  ['another kind', JSON.stringify({ kind: 'Node' }), /^pods\.json: expected pods, got a Node; use/],
  [
    'a list without pods',
    JSON.stringify({ kind: 'EventList', items: [event] }),
    /^pods\.json: expected pods, got 1 objects without one; use kubectl get pods,events/,
  ],
  ['a table', 'NAME  READY\nweb   0/1\n', /^pods\.json: expected the output of kubectl get/],
  ['half of it', JSON.stringify(list(pod)).slice(0, -5), /^pods\.json: expected the output of/],
  ['nothing', '', /^pods\.json: expected the output of/],
])('%s is refused in one line that says what is expected', async (_, text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
