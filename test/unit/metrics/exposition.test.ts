import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { aFailingContainer, aSlowPull, failed } from './failing-container.ts';
import { anExposition, linesOf, scrape, testTime } from './scrape.ts';

test('a failing container is described by six families of the same identity', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  exposition.apply(
    [
      ...failed(aFailingContainer({ verdict: { endpoint: 'cdn.example.com' } })),
      { type: 'slowPullChanged', before: undefined, after: aSlowPull() },
    ],
    testTime,
  );
  const text = await scrape(exposition);
  expect(text.slice(0, text.indexOf('# HELP imagepull_attempts_total'))).toBe(
    `# HELP imagepull_container_failing A container whose image cannot be pulled, and why; always 1.
# TYPE imagepull_container_failing gauge
imagepull_container_failing{namespace="shop",pod="web-7d9f8b6c5d-x2x9z",uid="0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01",container="app",container_type="container",node="node-1",workload_kind="Deployment",workload="web",image="registry.example.com/shop/web:v2",registry="registry.example.com",endpoint="cdn.example.com",class="reference",cause="manifest_not_found",backoff_attempt="2"} 1
# HELP imagepull_container_attempts Failed attempts to pull the image in this episode.
# TYPE imagepull_container_attempts gauge
imagepull_container_attempts{namespace="shop",pod="web-7d9f8b6c5d-x2x9z",uid="0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01",container="app"} 2
# HELP imagepull_container_first_failure_timestamp_seconds When this episode of failing pulls began, as Unix time.
# TYPE imagepull_container_first_failure_timestamp_seconds gauge
imagepull_container_first_failure_timestamp_seconds{namespace="shop",pod="web-7d9f8b6c5d-x2x9z",uid="0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01",container="app"} 1763735000
# HELP imagepull_container_last_attempt_timestamp_seconds When the last failed attempt ended, as Unix time.
# TYPE imagepull_container_last_attempt_timestamp_seconds gauge
imagepull_container_last_attempt_timestamp_seconds{namespace="shop",pod="web-7d9f8b6c5d-x2x9z",uid="0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01",container="app"} 1763735013.5
# HELP imagepull_container_next_retry_timestamp_seconds Earliest time of the next attempt, as Unix time; the kubelet follows within 16 s.
# TYPE imagepull_container_next_retry_timestamp_seconds gauge
imagepull_container_next_retry_timestamp_seconds{namespace="shop",pod="web-7d9f8b6c5d-x2x9z",uid="0f5d9f0e-6a0f-4c70-9d9e-0d6c4f1f2a01",container="app"} 1763735033.5
# HELP imagepull_container_pulling_since_timestamp_seconds When a pull was asked for that has had no result for longer than --pull.slow-threshold, as Unix time.
# TYPE imagepull_container_pulling_since_timestamp_seconds gauge
imagepull_container_pulling_since_timestamp_seconds{namespace="shop",pod="search-0",uid="7b1c9b5e-8f1d-4a56-8a43-0c4ad1f0f7f2",container="app",node="node-2",workload_kind="StatefulSet",workload="search",image="registry.example.com/shop/search:v1",registry="registry.example.com"} 1763735000
`,
  );
});

test('before the first list of pods is complete no state family is there, own health is', async () => {
  const exposition = anExposition();
  exposition.apply(failed(aFailingContainer()), testTime);
  exposition.health.synced('events');
  const text = await scrape(exposition);
  expect(text).not.toContain('imagepull_container_');
  expect(text).toContain('imagepull_exporter_synced{resource="pods"} 0\n');
  expect(text).toContain('imagepull_exporter_last_contact_timestamp_seconds{resource="pods"} 0\n');
  expect(text).toContain('imagepull_exporter_tracked_containers 1\n');
  exposition.health.synced('pods');
  expect(await linesOf(exposition, 'imagepull_container_failing')).toHaveLength(1);
});

test('a change replaces the lines of a container, its recovery removes them', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  const first = aFailingContainer({ step: 1, attempts: 1 });
  const second = aFailingContainer({ verdict: { cause: 'rate_limited' } });
  exposition.apply(failed(first), testTime);
  exposition.apply(failed(second, first), testTime);
  const lines = await linesOf(exposition, 'imagepull_container_failing');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('class="registry",cause="rate_limited",backoff_attempt="2"');
  exposition.apply([{ type: 'stateChanged', before: second, after: undefined }], testTime);
  expect(await scrape(exposition)).not.toContain('web-7d9f8b6c5d');
});

test('what is not known has no series: an attempt that was never made, a retry without a model', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  exposition.apply(
    failed(
      aFailingContainer({ step: 0, attempts: 0, lastAttemptAt: undefined, nextRetryAt: undefined }),
    ),
    testTime,
  );
  expect(await linesOf(exposition, 'imagepull_container_last_attempt_timestamp_seconds')).toEqual(
    [],
  );
  expect(await linesOf(exposition, 'imagepull_container_next_retry_timestamp_seconds')).toEqual([]);
  expect((await linesOf(exposition, 'imagepull_container_failing'))[0]).toContain(
    'backoff_attempt="none"} 1',
  );
});

test('every series of a sharded exporter ends with its shard, none of another does', async () => {
  const sharded = anExposition({ shard: '2/3' });
  sharded.health.synced('pods');
  sharded.apply(failed(aFailingContainer()), testTime);
  const lines = (await scrape(sharded)).split('\n').filter((line) => /^[a-z]/.test(line));
  expect(lines.filter((line) => !/[{,]shard="2\/3"\} /.test(line))).toEqual([]);
  expect(await scrape(anExposition())).not.toContain('shard=');
});

test('a relist is seen as a whole: while somebody holds, scrapes show the states from before', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  const old = aFailingContainer({ pod: 'old' });
  exposition.apply(failed(old), testTime);
  exposition.hold('pods');
  exposition.hold('pods');
  exposition.apply([{ type: 'stateChanged', before: old, after: undefined }], testTime);
  exposition.apply(failed(aFailingContainer({ pod: 'new' })), testTime);
  const during = await linesOf(exposition, 'imagepull_container_failing');
  expect(during.map((line) => /pod="(\w+)"/.exec(line)?.[1])).toEqual(['old']);
  exposition.release('somebody else');
  expect((await linesOf(exposition, 'imagepull_container_failing'))[0]).toContain('pod="old"');
  exposition.release('pods');
  const after = await linesOf(exposition, 'imagepull_container_failing');
  expect(after.map((line) => /pod="(\w+)"/.exec(line)?.[1])).toEqual(['new']);
});

test('a scrape shows one instant, whatever changes while it is rendered in slices', async () => {
  const exposition = anExposition({ maxCounterSeries: 100_000 });
  exposition.health.synced('pods');
  const containers = Array.from({ length: 5000 }, (_, index) =>
    aFailingContainer({ pod: `web-${index}`, uid: `uid-${index}` }),
  );
  for (const container of containers) exposition.apply(failed(container), testTime);
  const rendering = scrape(exposition);
  // Far into the rendering, which takes several turns of the event loop.
  let turns = 0;
  const changing = (async () => {
    for (const container of containers.slice(0, 200)) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
      exposition.apply([{ type: 'stateChanged', before: container, after: undefined }], testTime);
    }
  })();
  const text = await rendering;
  await changing;
  expect(turns).toBe(200);
  const counts = [
    'imagepull_container_failing{',
    'imagepull_container_attempts{',
    'imagepull_container_first_failure_timestamp_seconds{',
    'imagepull_container_next_retry_timestamp_seconds{',
  ].map((head) => text.split(`\n${head}`).length - 1);
  expect(new Set(counts).size).toBe(1);
});

test('scrapes that come while a body is in the making get that body', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  const one = exposition.render('text', false);
  const two = exposition.render('text', false);
  const zipped = exposition.render('text', true);
  const other = exposition.render('openmetrics', false);
  expect(one.parts).toBe(two.parts);
  expect(other.parts).not.toBe(one.parts);
  const body = await buffer(one.parts);
  expect(gunzipSync(await buffer(zipped.parts)).equals(body)).toBe(true);
  // From the first part on, although the making is over.
  expect((await buffer(two.parts)).equals(body)).toBe(true);
  expect(exposition.render('text', false).parts).not.toBe(one.parts);
  expect([one, zipped, other].map(({ contentType, encoding }) => [contentType, encoding])).toEqual([
    ['text/plain; version=0.0.4; charset=utf-8', undefined],
    ['text/plain; version=0.0.4; charset=utf-8', 'gzip'],
    ['application/openmetrics-text; version=1.0.0; charset=utf-8', undefined],
  ]);
});

test('OpenMetrics names counters without _total in HELP and TYPE, and leaves the text format alone', async () => {
  const exposition = anExposition();
  exposition.apply(failed(aFailingContainer()), testTime);
  for (let round = 0; round < 2; round++) {
    const open = await scrape(exposition, 'openmetrics');
    expect(open).toContain('# TYPE imagepull_attempts counter\nimagepull_attempts_total{');
    expect(open).toContain(
      'imagepull_recovery_seconds_bucket{registry="registry.example.com",class="reference",le="10.0"} 0\n',
    );
    expect(open.endsWith('\n# EOF\n')).toBe(true);
    expect(open.match(/# EOF/g)).toHaveLength(1);
    const text = await scrape(exposition);
    expect(text).toContain('# TYPE imagepull_attempts_total counter\nimagepull_attempts_total{');
    expect(text).toContain(
      'imagepull_recovery_seconds_bucket{registry="registry.example.com",class="reference",le="10"} 0\n',
    );
    expect(text).not.toContain('# EOF');
  }
});

test('past the limit containers are kept out, counted, and come back when there is room', async () => {
  const exposition = anExposition({ maxFailingContainers: 2 });
  exposition.health.synced('pods');
  const containers = [1, 2, 3].map((index) =>
    aFailingContainer({ pod: `web-${index}`, uid: `uid-${index}` }),
  );
  for (const container of containers) exposition.apply(failed(container), testTime);
  const text = await scrape(exposition);
  expect(text).toContain('imagepull_exporter_tracked_containers 3\n');
  expect(text).toContain('imagepull_exporter_series_over_limit{reason="failing_containers"} 1\n');
  expect(text).toContain(
    'imagepull_exporter_series_dropped_total{reason="failing_containers"} 1\n',
  );
  expect(await linesOf(exposition, 'imagepull_container_failing')).toHaveLength(2);
  exposition.apply([{ type: 'stateChanged', before: containers[0], after: undefined }], testTime);
  expect((await linesOf(exposition, 'imagepull_container_failing'))[1]).toContain('pod="web-3"');
  expect(await scrape(exposition)).toContain(
    'imagepull_exporter_series_over_limit{reason="failing_containers"} 0\n',
  );
});

test('endpoints past the limit are other, and that is shown until they are gone', async () => {
  const exposition = anExposition();
  exposition.health.synced('pods');
  const containers = Array.from({ length: 201 }, (_, index) =>
    aFailingContainer({
      pod: `web-${index}`,
      uid: `uid-${index}`,
      verdict: { endpoint: `cdn-${index}.example.com` },
    }),
  );
  for (const container of containers) exposition.apply(failed(container), testTime);
  const lines = await linesOf(exposition, 'imagepull_container_failing');
  expect(lines.filter((line) => line.includes('endpoint="other"'))).toHaveLength(1);
  const over = 'imagepull_exporter_series_over_limit{reason="endpoints"}';
  expect(await scrape(exposition)).toContain(`${over} 1\n`);
  exposition.apply([{ type: 'stateChanged', before: containers[200], after: undefined }], testTime);
  const text = await scrape(exposition);
  expect(text).toContain(`${over} 0\n`);
  expect(text).toContain('imagepull_exporter_series_dropped_total{reason="endpoints"} 1\n');
});

test('own health is told in seconds', async () => {
  const exposition = anExposition();
  const { health } = exposition;
  health.contact('pods', testTime);
  health.listed('pods', 1500);
  health.restarted('pods', 'expired');
  health.watchEvent('pods', 'MODIFIED');
  health.received('pods', 4096);
  health.skipped('events', 'malformed');
  health.classified('unknown', '');
  health.timeToMetric(2);
  const text = await scrape(exposition);
  for (const line of [
    'imagepull_exporter_build_info{version="1.2.3",revision="abc",node_version=',
    'imagepull_exporter_last_contact_timestamp_seconds{resource="pods"} 1763735100\n',
    'imagepull_exporter_list_duration_seconds_sum{resource="pods"} 1.5\n',
    'imagepull_exporter_watch_restarts_total{resource="pods",reason="expired"} 1\n',
    'imagepull_exporter_watch_events_total{resource="pods",type="MODIFIED"} 1\n',
    'imagepull_exporter_watch_bytes_total{resource="pods"} 4096\n',
    'imagepull_exporter_objects_skipped_total{resource="events",reason="malformed"} 1\n',
    'imagepull_exporter_classifications_total{cause="unknown",rule=""} 1\n',
    'imagepull_exporter_time_to_metric_seconds_sum 0.002\n',
    'imagepull_exporter_time_to_metric_seconds_bucket{le="0.001"} 0\n',
    'imagepull_exporter_time_to_metric_seconds_bucket{le="0.005"} 1\n',
    'process_cpu_seconds_total ',
    'nodejs_eventloop_lag_p99_seconds ',
    'imagepull_cause_info{cause="rate_limited",class="registry",heals="yes"} 1\n',
  ]) {
    expect(text).toContain(`\n${line}`);
  }
});
