import { describe, expect, test } from 'vitest';
import type { Change } from '../../../src/track/states.ts';
import { aFailingContainer, failed } from './failing-container.ts';
import { anExposition, linesOf, scrape, testTime } from './scrape.ts';

const hour = 3_600_000;

function pulled(given: Partial<Extract<Change, { type: 'pullSucceeded' }>> = {}): Change {
  return {
    type: 'pullSucceeded',
    namespace: 'shop',
    registry: 'registry.example.com',
    at: testTime,
    durationMs: 2300,
    ...given,
  };
}

test('a failed try is counted where its step and its own cause say, not those of the state', async () => {
  const exposition = anExposition();
  const container = aFailingContainer({ step: 7, verdict: { cause: 'rate_limited' } });
  exposition.apply(
    [
      {
        type: 'attemptFailed',
        container,
        verdict: { ...container.verdict, cause: 'node_pull_qps_exceeded' },
      },
    ],
    testTime,
  );
  expect(await linesOf(exposition, 'imagepull_attempts_total')).toEqual([
    'imagepull_attempts_total{namespace="shop",registry="registry.example.com",result="failure",class="node",cause="node_pull_qps_exceeded",backoff_attempt="6+"} 1',
  ]);
});

test('a successful pull is counted, timed and dated', async () => {
  const exposition = anExposition();
  exposition.apply([pulled(), pulled({ at: testTime - 5000 })], testTime);
  expect(await linesOf(exposition, 'imagepull_attempts_total')).toEqual([
    'imagepull_attempts_total{namespace="shop",registry="registry.example.com",result="success",class="",cause="",backoff_attempt=""} 2',
  ]);
  expect(await linesOf(exposition, 'imagepull_last_success_timestamp_seconds')).toEqual([
    'imagepull_last_success_timestamp_seconds{registry="registry.example.com"} 1763735100',
  ]);
  expect(await linesOf(exposition, 'imagepull_duration_seconds_sum')).toEqual([
    'imagepull_duration_seconds_sum{registry="registry.example.com"} 4.6',
  ]);
});

test.each([undefined, Number.NaN, Infinity, -1])(
  'a pull that took %s ms is counted and not timed',
  async (durationMs) => {
    const exposition = anExposition();
    exposition.apply([pulled({ durationMs })], testTime);
    expect(await linesOf(exposition, 'imagepull_attempts_total')).toHaveLength(1);
    expect(await linesOf(exposition, 'imagepull_duration_seconds_count')).toEqual([]);
  },
);

test('an episode that ends is counted by its outcome, and a recovery is timed', async () => {
  const exposition = anExposition();
  const container = aFailingContainer({ firstFailureAt: testTime - 90_000 });
  exposition.apply(
    [
      { type: 'episodeEnded', outcome: 'recovered', container, at: testTime },
      { type: 'episodeEnded', outcome: 'deleted', container, at: testTime },
    ],
    testTime,
  );
  expect(await linesOf(exposition, 'imagepull_episodes_total')).toEqual([
    'imagepull_episodes_total{namespace="shop",registry="registry.example.com",class="reference",cause="manifest_not_found",outcome="recovered"} 1',
    'imagepull_episodes_total{namespace="shop",registry="registry.example.com",class="reference",cause="manifest_not_found",outcome="deleted"} 1',
  ]);
  const buckets = await linesOf(exposition, 'imagepull_recovery_seconds_bucket');
  expect(buckets.find((line) => line.includes('le="60"'))).toMatch(/ 0$/);
  expect(buckets.find((line) => line.includes('le="120"'))).toMatch(/ 1$/);
});

describe('series begin at 0 before they count', () => {
  test('successes and their duration when a pull is asked for', async () => {
    const exposition = anExposition();
    exposition.apply([{ type: 'pullStarted', namespace: 'shop', registry: 'docker.io' }], testTime);
    expect(await linesOf(exposition, 'imagepull_attempts_total')).toEqual([
      'imagepull_attempts_total{namespace="shop",registry="docker.io",result="success",class="",cause="",backoff_attempt=""} 0',
    ]);
    expect(await linesOf(exposition, 'imagepull_duration_seconds_count')).toEqual([
      'imagepull_duration_seconds_count{registry="docker.io"} 0',
    ]);
  });

  test('what a failing container can do next when it fails', async () => {
    const exposition = anExposition();
    exposition.apply(failed(aFailingContainer()), testTime);
    const labels = 'namespace="shop",registry="registry.example.com"';
    const cause = 'class="reference",cause="manifest_not_found"';
    expect(await linesOf(exposition, 'imagepull_attempts_total')).toEqual([
      `imagepull_attempts_total{${labels},result="failure",${cause},backoff_attempt="2"} 1`,
      `imagepull_attempts_total{${labels},result="failure",${cause},backoff_attempt="3"} 0`,
      `imagepull_attempts_total{${labels},result="success",class="",cause="",backoff_attempt=""} 0`,
    ]);
    expect(await linesOf(exposition, 'imagepull_episodes_total')).toEqual(
      ['recovered', 'deleted', 'image_changed'].map(
        (outcome) => `imagepull_episodes_total{${labels},${cause},outcome="${outcome}"} 0`,
      ),
    );
    expect(await linesOf(exposition, 'imagepull_recovery_seconds_count')).toEqual([
      'imagepull_recovery_seconds_count{registry="registry.example.com",class="reference"} 0',
    ]);
  });

  test('no success for a registry that is not known', async () => {
    const exposition = anExposition();
    exposition.apply(failed(aFailingContainer({ registry: 'invalid' })), testTime);
    expect(await scrape(exposition)).not.toContain('result="success"');
  });
});

test('while events are not watched, successes are absent and not 0', async () => {
  let watched = false;
  const exposition = anExposition({ eventsWatched: () => watched });
  // As at the start: the list of pods is there before that of events.
  exposition.apply(failed(aFailingContainer()), testTime);
  const before = await scrape(exposition);
  expect(before).not.toContain('result="success"');
  expect(before).not.toContain('imagepull_duration_seconds');
  expect(before).not.toContain('imagepull_last_success_timestamp_seconds');
  expect(before).toContain('result="failure"');

  watched = true;
  expect(await scrape(exposition)).toContain(
    'registry="registry.example.com",result="success",class="",cause="",backoff_attempt=""} 0\n',
  );

  watched = false;
  expect(await scrape(exposition)).not.toContain('result="success"');
});

describe('past the limit of series', () => {
  const countedLine =
    /^imagepull_(attempts_total|episodes_total|recovery_seconds|duration_seconds|last_success)/;

  async function countedLines(exposition: ReturnType<typeof anExposition>) {
    return (await scrape(exposition)).split('\n').filter((line) => countedLine.test(line));
  }

  test('the registry becomes other, then the namespace as well, and nothing is lost', async () => {
    const exposition = anExposition({ maxCounterSeries: 2000 });
    const tries = 3000;
    for (let index = 0; index < tries; index++) {
      const container = aFailingContainer({
        namespace: `team-${index % 300}`,
        registry: `registry-${index}.example.com`,
        uid: `uid-${index}`,
      });
      exposition.apply(
        [{ type: 'attemptFailed', container, verdict: container.verdict }],
        testTime,
      );
    }
    const lines = await countedLines(exposition);
    expect(lines.length).toBeLessThanOrEqual(2000);
    const total = lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    expect(total).toBe(tries);
    const folded = lines.filter((line) => line.includes('registry="other"'));
    expect(folded.some((line) => line.includes('namespace="team-50"'))).toBe(true);
    expect(folded.some((line) => line.includes('namespace="other"'))).toBe(true);
    const text = await scrape(exposition);
    expect(text).toMatch(/series_dropped_total\{reason="counter_series"\} [1-9]/);
    expect(text).toMatch(/series_over_limit\{reason="counter_series"\} [1-9]/);
  });

  test('registries that a stranger invents do not keep out the counts of others for ever', async () => {
    const exposition = anExposition({ maxCounterSeries: 1000 });
    for (let index = 0; index < 500; index++) {
      const container = aFailingContainer({ registry: `x${index}.example`, uid: `uid-${index}` });
      exposition.apply(failed(container), testTime);
      exposition.apply([{ type: 'stateChanged', before: container, after: undefined }], testTime);
    }
    exposition.apply([pulled({ namespace: 'pay' })], testTime + 2 * hour);
    expect(await scrape(exposition)).toContain(
      'imagepull_attempts_total{namespace="pay",registry="registry.example.com",result="success"',
    );
    expect(await linesOf(exposition, 'imagepull_duration_seconds_count')).toContain(
      'imagepull_duration_seconds_count{registry="registry.example.com"} 1',
    );
  });

  test('a quiet namespace frees its slots after an hour, one with a failing pod does not', async () => {
    const exposition = anExposition({ maxCounterSeries: 100, now: () => testTime + 3 * hour });
    for (let index = 0; index < 100; index++) {
      exposition.apply([pulled({ namespace: `quiet-${index}`, durationMs: undefined })], testTime);
    }
    exposition.apply(failed(aFailingContainer({ namespace: 'failing' })), testTime);
    const full = await scrape(exposition);
    expect(full).toContain('namespace="quiet-0"');
    expect(full).not.toContain('namespace="failing"');
    exposition.apply(failed(aFailingContainer({ namespace: 'failing' })), testTime + 2 * hour);
    exposition.apply([pulled({ namespace: 'late', durationMs: undefined })], testTime + 2 * hour);
    const after = await scrape(exposition);
    expect(after).not.toContain('namespace="quiet-0"');
    expect(after).toContain(
      '{namespace="failing",registry="registry.example.com",result="failure"',
    );
    expect(after).toContain('{namespace="late",registry="registry.example.com",result="success"');
  });

  test('zeros that only wait for a count leave half of the room to counts', async () => {
    const exposition = anExposition({ maxCounterSeries: 100 });
    for (let index = 0; index < 200; index++) {
      const container = aFailingContainer({ namespace: `team-${index}`, uid: `uid-${index}` });
      exposition.apply([{ type: 'stateChanged', before: undefined, after: container }], testTime);
    }
    const lines = await countedLines(exposition);
    const episodes = lines.filter((line) => line.startsWith('imagepull_episodes_total'));
    expect(episodes.length).toBeLessThanOrEqual(45);
    expect(await scrape(exposition)).toContain(
      'imagepull_exporter_series_dropped_total{reason="counter_series"} 0\n',
    );
  });
});

test('labels that would print as one and the same cannot become two series', async () => {
  const exposition = anExposition();
  for (const namespace of ['a|b', 'a', 'a"b', String.raw`a\"b`, 'x\ud800', 'x\ufffd']) {
    exposition.apply(failed(aFailingContainer({ namespace, registry: 'b|c' })), testTime);
  }
  const lines = await linesOf(exposition, 'imagepull_attempts_total');
  const series = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  expect(new Set(series).size).toBe(series.length);
});
