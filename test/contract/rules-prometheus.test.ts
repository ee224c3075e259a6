// The committed rules in a real Prometheus: it starts with them and evaluates each without an error.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPrometheus } from '../../src/cli/prometheus.ts';
import { toolOrReason } from '../support/tools.ts';
import { until } from '../support/until.ts';

interface Rule {
  readonly name: string;
  readonly health: 'ok' | 'unknown' | 'err';
  readonly lastError?: string;
}

test('Prometheus starts with the rules and evaluates each of them', async ({ skip }) => {
  const program = await toolOrReason('prometheus');
  if (typeof program === 'string') return skip(program);
  const folder = await mkdtemp(join(tmpdir(), 'imagepull-prometheus-'));
  const rules = await readFile(
    join(import.meta.dirname, '../../rules/generated/prometheus-rules.yaml'),
    'utf8',
  );
  const prometheus = await startPrometheus({
    program: program.path,
    folder,
    targets: [],
    rules,
    intervalSeconds: 1,
  });
  try {
    const seen = await until(
      'all rules are evaluated',
      async (): Promise<readonly Rule[]> => {
        const response = await fetch(`${prometheus.url}/api/v1/rules`);
        const { data } = (await response.json()) as {
          data: { groups: readonly { rules: readonly Rule[] }[] };
        };
        return data.groups.flatMap((group) => group.rules);
      },
      (found) => found.length > 0 && found.every(({ health }) => health !== 'unknown'),
    );
    expect(seen.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(seen).toHaveLength(8 + 19 + 3);
  } finally {
    await prometheus.close();
    await rm(folder, { recursive: true });
  }
}, 120_000);
