// The page in a real browser, over a simulated cluster: what it shows, that it keeps up by itself, and
// that it asks nobody but the exporter.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demoScenario, demoWarmUpMs } from '../../src/sim/scenarios/demo.ts';
import { type RunningChain, startChain } from '../support/running-chain.ts';
import { toolOrReason } from '../support/tools.ts';
import { until } from '../support/until.ts';

const tool = await toolOrReason('chromium');

let chain: RunningChain;
let browser: Browser | undefined;

beforeAll(async () => {
  chain = await startChain({ scenario: demoScenario(false), warmUpMs: demoWarmUpMs });
  await until(
    'ready',
    () => chain.get('/-/ready'),
    ({ status }) => status === 200,
  );
  if (typeof tool === 'string') return;
  browser = await chromium.launch({
    executablePath: tool.path,
    env: tool.env,
    args: ['--no-sandbox'],
  });
});

afterAll(async () => {
  await browser?.close();
  await chain.close();
});

beforeEach((context) => {
  if (typeof tool === 'string') context.skip(tool);
});

interface OpenPage {
  readonly page: Page;
  /** What the browser complained of, violations of the page's own security policy among them. */
  readonly complaints: readonly string[];
  readonly asked: readonly string[];
}

async function open(options: { readonly javaScriptEnabled?: boolean } = {}): Promise<OpenPage> {
  if (browser === undefined) throw new Error('no browser');
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.clock.install();
  await page.goto(chain.exporter.url);
  return { page, complaints, asked };
}

/** Of the tile of each class. */
async function classCounts(page: Page): Promise<Readonly<Record<string, number>>> {
  const texts = await page.locator('.classes > li').allInnerTexts();
  return Object.fromEntries(
    texts.map((text) => {
      const [name = '', number = ''] = text.split('\n');
      return [name, Number(number)];
    }),
  );
}

test('it says what the JSON says, with its own style and script and from nowhere else', async () => {
  const { page, complaints, asked } = await open();
  const { failures } = JSON.parse((await chain.get('/api/v1/failures')).body) as {
    readonly failures: readonly { readonly class: string }[];
  };
  const expected: Record<string, number> = {};
  for (const failure of failures) expected[failure.class] = (expected[failure.class] ?? 0) + 1;
  expect(await classCounts(page)).toEqual(expected);
  expect(await page.title()).toMatch(new RegExp(`^\\(${failures.length}\\) Image pulls`));
  expect(await page.locator('h1').innerText()).toMatch(/cannot pull/);
  // A browser's own headings are of 700.
  expect(await page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight")).toBe(
    '650',
  );
  expect(complaints).toEqual([]);
  expect(new Set(asked)).toEqual(new Set([new URL(chain.exporter.url).origin]));
});

test('on a phone nothing is wider than the screen', async () => {
  const { page } = await open();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
});

test('a failure that is gone goes from the page without a reload, and what was opened stays open', async () => {
  const { page } = await open();
  const mended = page.locator('main tr', { hasText: 'media/transcoder' });
  await mended.first().waitFor();
  const details = page.locator('details:not([open])').last();
  const opened = page.locator(`#${await details.getAttribute('id')}`);
  await details.locator('summary').click();
  await page.evaluate("document.body.dataset.loaded = 'once'");
  const [name, good] = ['transcoder', 'docker.io/library/good:1'];
  chain.cluster.actions.setImage('Deployment', 'media', name, name, good);
  await until(
    'the page without it',
    async () => {
      await page.clock.runFor(15_000);
      return mended.count();
    },
    (rows) => rows === 0,
    60_000,
  );
  expect(await opened.getAttribute('open')).not.toBeNull();
  expect(await page.evaluate('document.body.dataset.loaded')).toBe('once');
});

test('without a script it shows the same', async () => {
  const { page } = await open({ javaScriptEnabled: false });
  expect(await page.locator('h1').innerText()).toMatch(/cannot pull/);
});

test('an exporter that no longer answers is said', async () => {
  const { page } = await open();
  const lost = page.getByText('The exporter does not answer');
  expect(await lost.isVisible()).toBe(false);
  await chain.exporter.close();
  await page.clock.runFor(15_000);
  await lost.waitFor({ state: 'visible' });
});
