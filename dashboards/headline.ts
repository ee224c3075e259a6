// What fails -> one sentence that names the worst of it.
import type { Vector } from '../src/promql/expression.ts';
import { variable } from '../src/promql/matchers.ts';
import { or } from '../src/promql/operators.ts';
import { as, top, worded } from './operators.ts';
import { bad, good, quiet, warning } from './palette.ts';
import type { Step } from './panel-parts.ts';
import { workload, type Queries } from './queries.ts';

type Sentence = Vector<'cluster' | 'sentence'>;

/** The greatest is said. */
const ranks = {
  blind: 9,
  registry: 8,
  account: 7,
  workload: 6,
  node: 5,
  some: 2,
  well: 0,
} as const;

export const rankColours: readonly Step[] = [
  { from: Number.NEGATIVE_INFINITY, colour: good },
  { from: ranks.some, colour: warning },
  { from: ranks.node, colour: bad },
  { from: ranks.blind, colour: quiet },
];

/** One series: the sentence as a label, its rank as the value. The pager's order, then the widest. */
export function headline({ q, failing }: Queries): Sentence {
  const registry = variable('registry');
  const firing = (
    alertname: 'ImagePullRegistryUnavailable' | 'ImagePullCredentialsRejectedEverywhere',
  ): Vector<'cluster' | 'registry'> =>
    q.max(
      ['cluster', 'registry'],
      q.select('ALERTS', { alertname, alertstate: 'firing', registry }),
    );
  const affected = q.sum(workload, q.record('failing', { registry }));
  const down = q.and(
    workload,
    q.max(
      workload,
      q.select('ALERTS', { alertname: 'ImagePullWorkloadDown', alertstate: 'firing' }),
    ),
    affected,
  );
  const node = q.max(
    ['cluster', 'node'],
    q.select('ALERTS', { alertname: 'ImagePullNodeFailing', alertstate: 'firing' }),
  );
  const widest = top(
    1,
    q.count(
      ['cluster', 'registry', 'cause'],
      failing([...workload, 'registry', 'cause'], { registry }),
    ),
  );
  const counted: Vector<'cluster' | 'registry' | 'cause' | 'workloads'> = {
    ...widest,
    text: `count_values by (${[...labels(q, ['cluster']), 'registry', 'cause'].join(', ')}) ("workloads", ${widest.text})`,
    labels: [...widest.labels, 'workloads'],
  };
  const answers = q.max([], q.select('imagepull_exporter_build_info'));
  const silent: Vector = {
    ...answers,
    text: `absent(${q.select('imagepull_exporter_build_info').text})`,
  };
  const rank = (name: keyof typeof ranks, vector: Vector, of: readonly string[], words: string) =>
    q.max(
      ['cluster', 'sentence'],
      as(ranks[name], worded(vector, 'sentence', of, words)) as Sentence,
    );
  return top(
    1,
    or(
      rank('blind', silent, [], 'No exporter answers: nothing can be said about image pulls'),
      rank(
        'registry',
        firing('ImagePullRegistryUnavailable'),
        ['registry'],
        '$1 is down: nothing can be pulled from it',
      ),
      rank(
        'account',
        firing('ImagePullCredentialsRejectedEverywhere'),
        ['registry'],
        '$1 rejects an account that many namespaces share',
      ),
      rank(
        'workload',
        down,
        ['workload_kind', 'namespace', 'workload'],
        '$1 $2/$3 is down, and its image cannot be pulled',
      ),
      rank('node', node, ['node'], 'Node $1 cannot pull images'),
      rank(
        'some',
        counted,
        ['cause', 'registry', 'workloads'],
        '$1 at $2: $3 workloads cannot pull',
      ),
      rank('well', answers, [], 'Nothing fails: every image is pulled'),
    ),
  );
}

function labels(q: Queries['q'], names: readonly string[]): readonly string[] {
  return names.flatMap((name) => q.labelName(name) ?? []);
}
