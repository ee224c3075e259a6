import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { causes, type Cause } from '../../../src/classify/causes.ts';
import type { ExporterStatus } from '../../../src/http/exporter-status.ts';
import { OverviewBuilder } from '../../../src/http/overview.ts';
import { pageSecurityPolicy, renderPage } from '../../../src/http/page.ts';
import type { FailingContainer, SlowPull } from '../../../src/track/states.ts';
import { aFailingContainer, aSlowPull } from '../metrics/failing-container.ts';
import { testTime } from '../metrics/scrape.ts';
import { aServer, aStatus } from './a-server.ts';

function page(
  failing: readonly FailingContainer[],
  given: { readonly status?: ExporterStatus; readonly slowPulls?: readonly SlowPull[] } = {},
): string {
  const builder = new OverviewBuilder();
  for (const container of failing) builder.add(container);
  const slowPulls = given.slowPulls ?? [];
  return renderPage({
    now: testTime,
    status: given.status ?? aStatus(),
    overview: builder.finish({ maxProblems: 30, maxWorkloads: 10, maxContainers: 4 }),
    slowPulls,
    slowPullCount: slowPulls.length,
  });
}

/** What a reader sees; style and script have tests of their own. */
function contentOf(text: string): string {
  return text.slice(text.indexOf('<div id="content"'), text.indexOf('<footer>'));
}

function headline(text: string): string {
  const [, title = ''] = /<h1>(.*?)<\/h1>/s.exec(text) ?? [];
  return title.replaceAll(/<[^>]+>/g, '').replaceAll('\u00a0', ' ');
}

const outage = ['cart', 'checkout', 'search', 'mailer'].flatMap((name, index) =>
  Array.from({ length: index + 1 }, (_, replica) =>
    aFailingContainer({
      namespace: index < 2 ? 'shop' : 'platform',
      pod: `${name}-7d9f8b6c5d-${replica}`,
      uid: `${name}-${replica}`,
      node: `node-${replica}`,
      workload: { kind: 'Deployment', name },
      image: `registry.example.com/${name}:v2`,
      step: 4,
      attempts: 4,
      exact: name !== 'cart',
      firstFailureAt: testTime - 720_000 - index * 1000,
      lastAttemptAt: testTime - 40_000,
      nextRetryAt: testTime + 40_000 + replica * 1000,
      message: `failed to resolve image: failed to do request: Head "https://registry.example.com/v2/${name}/manifests/v2": dial tcp 10.14.2.9:443: i/o timeout`,
      verdict: {
        cause: 'connection_timeout',
        endpoint: 'registry.example.com',
        rule: 'dial-timeout',
        evidence: 'i/o timeout',
      },
    }),
  ),
);

const typo = aFailingContainer({
  namespace: 'growth',
  workload: { kind: 'CronJob', name: 'report' },
  containerType: 'init',
  step: 0,
  attempts: 0,
  lastAttemptAt: undefined,
  nextRetryAt: undefined,
  message: '',
  verdict: { cause: 'invalid_reference', rule: '' },
});

test('the page of an incident', async () => {
  const text = page([typo, ...outage], { slowPulls: [aSlowPull()] });
  expect(headline(text)).toBe(
    'registry.example.com: the connection times out. 4 workloads in 2 namespaces cannot pull, for 12 min.',
  );
  await expect(contentOf(text)).toMatchFileSnapshot('../../golden/page-incident.html');
});

test('the page when nothing fails', async () => {
  const text = page([]);
  expect(headline(text)).toBe('Every image can be pulled.');
  await expect(contentOf(text)).toMatchFileSnapshot('../../golden/page-healthy.html');
});

test('one workload is named with its trouble', () => {
  expect(headline(page([aFailingContainer()]))).toBe(
    'Deployment shop/web cannot pull its image, for 1 min: the tag or digest does not exist.',
  );
});

test('a node is named with its trouble', () => {
  const full = aFailingContainer({ verdict: { cause: 'disk_full' } });
  expect(headline(page([full, { ...full, uid: 'b' }]))).toBe(
    'Node node-1: the disk of the node is full. 1 workload in 1 namespace cannot pull, for 1 min.',
  );
});

test('before the first list nothing is claimed', () => {
  const text = page([], {
    status: aStatus({
      pods: { synced: false, lastContactAt: undefined, problem: 'connect ECONNREFUSED' },
      events: undefined,
    }),
  });
  expect(headline(text)).toBe('Nothing is known yet.');
  expect(contentOf(text)).toContain('connect ECONNREFUSED');
  expect(contentOf(text)).not.toContain('nothing fails');
});

test('a picture that may be old says so before it shows anything', () => {
  const text = page([aFailingContainer()], {
    status: aStatus({ pods: { synced: true, lastContactAt: testTime - 600_000, problem: '' } }),
  });
  const notice = text.indexOf('no contact with the API server for 10 min');
  expect(notice).toBeGreaterThan(0);
  expect(notice).toBeLessThan(text.indexOf('<h1>'));
});

test('slow pulls are told when nothing fails', () => {
  const text = page([], { slowPulls: [aSlowPull(), aSlowPull({ uid: 'b' })] });
  expect(text.replaceAll('\u00a0', ' ')).toContain(
    'But 2 pulls without a result for unusually long: see below.',
  );
});

test('hostile names cannot leave their place', () => {
  const evil = `"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\0\ud800`;
  const containers = (Object.keys(causes) as Cause[]).map((cause) =>
    aFailingContainer({
      namespace: evil,
      pod: evil,
      uid: evil,
      container: evil,
      node: evil,
      workload: { kind: evil, name: evil },
      image: evil,
      registry: evil,
      message: evil,
      firstFailureAt: Number.NaN,
      lastAttemptAt: 1e20,
      nextRetryAt: Infinity,
      verdict: { cause, endpoint: evil, evidence: evil, rule: evil },
    }),
  );
  const slow = aSlowPull({ namespace: evil, pod: evil, container: evil, node: evil, image: evil });
  const problem = { synced: true, lastContactAt: testTime, problem: evil };
  const hostile = page(containers, {
    slowPulls: [slow],
    status: aStatus({ cluster: evil, shard: evil, version: evil, pods: problem, events: problem }),
  });
  expect(hostile).not.toMatch(/<script>alert|<img/);
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  expect(hostile).not.toMatch(/[\0\u202e]|NaN|Infinity/);
  expect(hostile.isWellFormed()).toBe(true);
  const tags = new Set([...hostile.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
  const harmless = new Set(
    [...page(outage, { slowPulls: [slow] }).matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag),
  );
  expect([...tags].filter((tag) => !harmless.has(tag))).toEqual([]);
});

test('a shell command that is made to be copied is quoted', () => {
  const text = page([aFailingContainer({ pod: "x'; rm -rf / #" })]);
  expect(text).toContain('describe pod &#39;x&#39;\\&#39;&#39;; rm -rf / #&#39;');
});

test('thousands of failures make a page of half a megabyte that says what it leaves out', async () => {
  const failing = Array.from({ length: 5000 }, (_, index) =>
    aFailingContainer({
      uid: `uid-${index}`,
      pod: `svc-${index % 900}-7d9f8b6c5d-${index}`,
      namespace: `team-${index % 120}`,
      workload: { kind: 'Deployment', name: `svc-${index % 900}` },
      registry: `registry-${index % 5}.example.com`,
      message: 'x'.repeat(4096),
      verdict: { cause: (Object.keys(causes) as Cause[])[index % 30] ?? 'unknown' },
    }),
  );
  const { body } = await aServer({ failing: () => failing }).inject('/');
  expect(body.length).toBeLessThan(1_000_000);
  expect(body.replaceAll('\u00a0', ' ')).toMatch(/\d+ more problems: <a href="api\/v1\/failures">/);
  expect(body.replaceAll('\u00a0', ' ')).toMatch(/\d+ more workloads with this problem/);
  expect(body).toContain('(5000) Image pulls');
});

test('style and script are allowed by their hash, and nothing else is', () => {
  const text = page([]);
  for (const tag of ['style', 'script']) {
    const [, content = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(text) ?? [];
    const hash = createHash('sha256').update(content).digest('base64');
    expect(pageSecurityPolicy).toContain(`${tag}-src 'sha256-${hash}'`);
  }
  expect(text).not.toMatch(/ style=| on[a-z]+=|https?:\/\/(?!www\.w3\.org)/);
});
