import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/config/option.ts';
import { readCommandLine } from '../../../src/config/command-line.ts';
import { serveOptions } from '../../../src/config/serve-options.ts';

const read = (argv: readonly string[], environment: Record<string, string> = {}) =>
  readCommandLine('serve', serveOptions, argv, environment).values;

describe('flags of serve', () => {
  test('without flags the defaults hold', () => {
    expect(read([])).toEqual({
      kubeconfig: undefined,
      context: undefined,
      namespaces: [],
      node: undefined,
      shard: undefined,
      events: 'auto',
      listenAddress: { host: undefined, port: 9836 },
      webConfigFile: undefined,
      slowThresholdMs: 30_000,
      rulesFile: undefined,
      maxFailingContainers: 20_000,
      maxCounterSeries: 10_000,
      logLevel: 'info',
      logFormat: 'logfmt',
    });
  });

  test('a flag wins over its environment variable, that over the default', () => {
    const environment = { IMAGEPULL_LOG_LEVEL: 'warn', IMAGEPULL_PULL_SLOW_THRESHOLD: '2m' };
    expect(read(['--log.level=error'], environment)).toMatchObject({
      logLevel: 'error',
      slowThresholdMs: 120_000,
    });
  });

  test('a namespace may be given several times or with commas', () => {
    expect(read(['-n', 'a', '--namespace', 'b,c']).namespaces).toEqual(['a', 'b', 'c']);
  });

  test.each([
    [['--web.listen-address', ':0'], { listenAddress: { host: undefined, port: 0 } }],
    [['--web.listen-address=[::1]:80'], { listenAddress: { host: '::1', port: 80 } }],
    [['--shard', '2/3'], { shard: { index: 2, total: 3 } }],
    [['--pull.slow-threshold=1m30s'], { slowThresholdMs: 90_000 }],
  ])('%j is read', (argv, expected) => {
    expect(read(argv)).toMatchObject(expected);
  });

  test.each([
    [['--web.listen'], 'unknown flag --web.listen; see imagepull-exporter serve --help'],
    [
      ['--log.levl=info'],
      'unknown flag --log.levl (did you mean --log.level?); see imagepull-exporter serve --help',
    ],
    [['--shard=0/3'], '--shard: expected i/n with 1 <= i <= n <= 1000, got "0/3"'],
    [['--shard=4/3'], '--shard: expected i/n with 1 <= i <= n <= 1000, got "4/3"'],
    [['--node'], '--node: expected a value (NAME), got nothing'],
    [['--node='], '--node: expected the name of a node, got ""'],
    [['-n', 'Not_A_Name'], '--namespace: expected the name of a namespace, got "Not_A_Name"'],
    [
      ['--pull.slow-threshold=30'],
      '--pull.slow-threshold: expected a duration such as 30s or 2m, from 1s to 24h, got "30"',
    ],
    [
      ['--web.listen-address=:99999'],
      '--web.listen-address: expected HOST:PORT or :PORT, got ":99999"',
    ],
    [['--log.level=loud'], '--log.level: expected one of debug, info, warn, error, got "loud"'],
    [['extra'], 'unexpected argument "extra"; see imagepull-exporter serve --help'],
  ])('%j is refused in one line', (argv, message) => {
    expect(() => read(argv)).toThrow(new UsageError(message));
  });

  test('a bad environment variable is named', () => {
    expect(() => read([], { IMAGEPULL_LOG_FORMAT: 'xml' })).toThrow(
      '--log.format: expected one of logfmt, json, got "xml" (from IMAGEPULL_LOG_FORMAT)',
    );
  });
});
