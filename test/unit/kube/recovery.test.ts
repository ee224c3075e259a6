import { describe, expect, test } from 'vitest';
import { KubeError, type KubeErrorCode } from '../../../src/kube/kube-error.ts';
import { type Phase, Recovery } from '../../../src/kube/recovery.ts';
import { defaultTiming } from '../../../src/kube/timing.ts';

function aRecovery(
  given: { readonly resource?: 'pods' | 'events'; readonly isSharded?: boolean } = {},
) {
  return new Recovery({
    resource: 'pods',
    isSharded: false,
    timing: defaultTiming,
    random: () => 1,
    ...given,
  });
}

interface Failure {
  readonly code: KubeErrorCode;
  readonly phase?: Phase;
  readonly brokenForMs?: number;
  readonly retryAfterMs?: number;
  readonly now?: number;
}

function fail(recovery: Recovery, failure: Failure) {
  const { code, phase = 'watching', brokenForMs = 0, retryAfterMs, now = 0 } = failure;
  return recovery.failed(new KubeError(code, code, { retryAfterMs }), { now, phase, brokenForMs });
}

function times(count: number, failure: Failure): readonly Failure[] {
  return Array.from({ length: count }, () => failure);
}

describe('resume or list', () => {
  test.each<Failure & { readonly next: 'list' | 'watch' }>([
    { code: 'network', next: 'watch' },
    { code: 'refused', brokenForMs: 4000, next: 'watch' },
    { code: 'refused', brokenForMs: 6000, next: 'list' },
    { code: 'server_error', brokenForMs: 6000, next: 'list' },
    { code: 'timeout', brokenForMs: 6000, next: 'list' },
    // Kubelets could write all the time: a resume shows it all.
    { code: 'forbidden', brokenForMs: 3_600_000, next: 'watch' },
    { code: 'unauthorized', brokenForMs: 3_600_000, next: 'watch' },
    { code: 'throttled', brokenForMs: 3_600_000, next: 'watch' },
    { code: 'silent', brokenForMs: 180_000, next: 'watch' },
    { code: 'truncated', next: 'watch' },
    { code: 'expired', next: 'list' },
    { code: 'stale', next: 'list' },
    { code: 'network', phase: 'asking', next: 'list' },
    { code: 'network', phase: 'listing', next: 'list' },
  ])('$code while $phase, broken for $brokenForMs ms: $next', ({ next, ...failure }) => {
    expect(fail(aRecovery(), failure).next).toBe(next);
  });

  test('a connection that is silent twice over, without a bookmark between, is listed instead', () => {
    const recovery = aRecovery();
    const steps = [fail(recovery, { code: 'silent' })];
    recovery.sound(0);
    recovery.progressed();
    steps.push(fail(recovery, { code: 'silent' }), fail(recovery, { code: 'silent' }));

    expect(steps.map(({ next }) => next)).toEqual(['watch', 'watch', 'list']);
  });

  test('what cannot be read three times over is listed instead', () => {
    const recovery = aRecovery();
    const steps = [1, 2, 3, 4].map(() => fail(recovery, { code: 'malformed' }).next);

    expect(steps).toEqual(['watch', 'watch', 'watch', 'list']);
  });
});

describe('waits', () => {
  test('they double up to 30 s', () => {
    const recovery = aRecovery();
    const waits = Array.from({ length: 8 }, () => fail(recovery, { code: 'network' }).waitMs);

    expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    expect(recovery.failures).toBe(8);
  });

  test('they are drawn from all below, so that clients do not come back together', () => {
    const recovery = new Recovery({
      resource: 'pods',
      isSharded: false,
      timing: defaultTiming,
      random: () => 0,
    });

    expect(fail(recovery, { code: 'network' }).waitMs).toBe(80);
  });

  test('a change that comes makes the next break of the watch a first one', () => {
    const recovery = aRecovery();
    fail(recovery, { code: 'network' });
    fail(recovery, { code: 'network' });
    recovery.sound(0);
    recovery.progressed();

    expect(fail(recovery, { code: 'network' }).waitMs).toBe(800);
  });

  test('lists that work one after the other still wait longer each time', () => {
    const recovery = aRecovery();
    const waits = [1, 2, 3].map(() => {
      recovery.sound(0);
      recovery.progressed();
      return fail(recovery, { code: 'expired' }).waitMs;
    });

    expect(waits).toEqual([800, 1600, 3200]);
  });

  test('two minutes of peace make the next list a first one', () => {
    const recovery = aRecovery();
    fail(recovery, { code: 'expired' });
    fail(recovery, { code: 'expired' });
    recovery.sound(1000);

    expect(fail(recovery, { code: 'expired', now: 122_000 }).waitMs).toBe(800);
  });

  test('the server is left alone for as long as it asks, and a bit', () => {
    expect(fail(aRecovery(), { code: 'throttled', retryAfterMs: 60_000 }).waitMs).toBe(66_000);
    expect(fail(aRecovery(), { code: 'throttled', retryAfterMs: 10 ** 12 }).waitMs).toBe(330_000);
  });

  test('new credentials are tried at once, but only once', () => {
    const recovery = aRecovery();
    const waits = [1, 2, 3].map(() => fail(recovery, { code: 'unauthorized' }).waitMs);

    expect(waits).toEqual([0, 800, 1600]);
  });

  test('forbidden events are asked for again every five minutes, pods sooner', () => {
    const phase = 'asking';

    expect(fail(aRecovery({ resource: 'events' }), { code: 'forbidden', phase }).waitMs).toBe(
      300_000,
    );
    expect(fail(aRecovery(), { code: 'forbidden', phase }).waitMs).toBe(800);
  });
});

describe('the way to list', () => {
  test.each<{
    readonly what: string;
    readonly failures: readonly Failure[];
    readonly mode: string;
  }>([
    { what: 'nothing yet', failures: [], mode: 'streaming' },
    {
      what: 'a server that is away',
      failures: [{ code: 'refused', phase: 'asking' }],
      mode: 'streaming',
    },
    {
      what: 'a server that does not answer',
      failures: [{ code: 'timeout', phase: 'asking' }],
      mode: 'streaming',
    },
    {
      what: 'a refusal of the parameter',
      failures: [{ code: 'invalid', phase: 'asking' }],
      mode: 'paged',
    },
    {
      what: 'silence instead of the end',
      failures: [{ code: 'timeout', phase: 'listing' }],
      mode: 'paged',
    },
    {
      what: 'streams that break twice',
      failures: times(2, { code: 'truncated', phase: 'listing' }),
      mode: 'streaming',
    },
    {
      what: 'streams that break again and again',
      failures: times(3, { code: 'truncated', phase: 'listing' }),
      mode: 'paged',
    },
    {
      what: 'a refusal of pages',
      failures: times(2, { code: 'invalid', phase: 'asking' }),
      mode: 'plain',
    },
    {
      what: 'tokens that never last',
      failures: [
        { code: 'invalid', phase: 'asking' },
        ...times(3, { code: 'expired', phase: 'listing' }),
      ],
      mode: 'plain',
    },
    {
      what: 'pages that break',
      failures: [
        { code: 'invalid', phase: 'asking' },
        ...times(9, { code: 'network', phase: 'listing' }),
      ],
      mode: 'paged',
    },
    { what: 'a refusal while watching', failures: [{ code: 'invalid' }], mode: 'streaming' },
  ])('after $what: $mode', ({ failures, mode }) => {
    const recovery = aRecovery();
    for (const failure of failures) fail(recovery, failure);

    expect(recovery.mode).toBe(mode);
  });

  test('another way is tried at once', () => {
    expect(fail(aRecovery(), { code: 'invalid', phase: 'asking' })).toEqual({
      next: 'list',
      waitMs: 0,
    });
  });

  test('of a sharded watch the shard is dropped first', () => {
    const recovery = aRecovery({ isSharded: true });
    expect(recovery.useShardSelector).toBe(true);
    fail(recovery, { code: 'invalid', phase: 'asking' });

    expect([recovery.useShardSelector, recovery.mode]).toEqual([false, 'streaming']);
  });
});
