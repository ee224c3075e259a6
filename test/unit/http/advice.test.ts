import { expect, test } from 'vitest';
import { adviceHtml } from '../../../src/http/advice.ts';
import { aFailingContainer } from '../metrics/failing-container.ts';

function advice(prose: string, given: Parameters<typeof aFailingContainer>[0] = {}): string {
  return adviceHtml(prose, aFailingContainer(given))
    .map(({ text }) => text)
    .join('');
}

test('names are put into commands, and only there', () => {
  expect(advice('The pod <pod>: `kubectl get pod -n <namespace> <pod>` on `<node>`.')).toBe(
    'The pod &lt;pod&gt;: <code>kubectl get pod -n shop web-7d9f8b6c5d-x2x9z</code> on <code>node-1</code>.',
  );
});

test.each([
  {
    prose: '`crane ls <registry>/<repository>`',
    command: 'crane ls registry.example.com/shop/web',
  },
  { prose: '`crane manifest <image>`', command: 'crane manifest registry.example.com/shop/web:v2' },
  { prose: '`curl https://<host>/v2/`', command: 'curl https://cdn.example.com:8443/v2/' },
  {
    prose: '`-connect <host>:443 -servername <host>`',
    command: '-connect cdn.example.com:8443 -servername cdn.example.com',
  },
  { prose: '`getent hosts <host>`', command: 'getent hosts cdn.example.com' },
  { prose: '`--docker-password=<password>`', command: '--docker-password=&lt;password&gt;' },
])('$prose becomes $command', ({ prose, command }) => {
  expect(advice(prose, { verdict: { endpoint: 'cdn.example.com:8443' } })).toBe(
    `<code>${command}</code>`,
  );
});

test('without an endpoint the host is that of the registry, with the port of https', () => {
  expect(advice('`<host>:443`')).toBe('<code>registry.example.com:443</code>');
});

test('a name that a shell would take for more than a word is not put in', () => {
  expect(advice('`describe <pod>`', { pod: 'x; rm -rf /' })).toBe(
    '<code>describe &lt;pod&gt;</code>',
  );
  expect(advice('`describe <node>`', { node: '' })).toBe('<code>describe &lt;node&gt;</code>');
});
