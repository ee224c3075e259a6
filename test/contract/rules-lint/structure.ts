// Checks 3 to 5: what Prometheus 2.42, the operator's CRD and YAML parsers take.
import type { RuleFile } from '../../../src/generate/rule-file.ts';
import { entries, nameOf, type Problems } from './rule-entries.ts';

/** 3: only what Prometheus 2.42 loads; names of groups that an object may hold. */
export function groupProblems(files: readonly RuleFile[]): Problems {
  const names = files.flatMap((file) => file.groups.map(({ name }) => name));
  return [
    ...files.flatMap((file) =>
      file.groups.flatMap((group) => [
        ...Object.keys(group)
          .filter((key) => !['name', 'interval', 'rules'].includes(key))
          .map((key) => `${group.name}: ${key} is not for 2.42`),
        ...(group.interval !== undefined && !/^([1-5]m|[1-9]\d?s)$/.test(group.interval)
          ? [`${group.name}: an interval of ${group.interval} leaves gaps`]
          : []),
      ]),
    ),
    ...names
      .filter((name, i) => names.indexOf(name) !== i)
      .map((name) => `${name}: a second group of this name`),
  ];
}

const durationOfCrd =
  /^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$/;

/** 4: the object as the CRD of prometheus-operator describes it, and the same rules as the plain file. */
export function objectProblems(object: unknown, text: string, plain: RuleFile): Problems {
  const { apiVersion, kind, metadata, spec, ...others } = object as {
    apiVersion: unknown;
    kind: unknown;
    metadata: { name: string; labels: Record<string, string> };
    spec: RuleFile;
  };
  const known = new Set([
    'record',
    'alert',
    'expr',
    'for',
    'keep_firing_for',
    'labels',
    'annotations',
  ]);
  return [
    ...(apiVersion === 'monitoring.coreos.com/v1' && kind === 'PrometheusRule'
      ? []
      : ['not a PrometheusRule']),
    ...Object.keys(others).map((key) => `unknown field ${key}`),
    ...(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(metadata.name) ? [] : ['metadata.name']),
    ...(text.length > 512 * 1024 ? ['over 512 KiB'] : []),
    ...(JSON.stringify(spec) === JSON.stringify(plain) ? [] : ['other rules than the plain file']),
    ...entries(spec).flatMap((entry) => {
      const durations = [entry.for, entry.keep_firing_for].filter((text) => text !== undefined);
      const texts = [
        ...Object.values(entry.labels ?? {}),
        ...Object.values(entry.annotations ?? {}),
      ];
      return [
        ...Object.keys(entry)
          .filter((key) => !known.has(key))
          .map((key) => `${nameOf(entry)}: unknown field ${key}`),
        ...((entry.alert === undefined) === (entry.record === undefined)
          ? [`${nameOf(entry)}: either record or alert`]
          : []),
        ...durations
          .filter((duration) => !durationOfCrd.test(duration))
          .map((duration) => `${nameOf(entry)}: ${duration} is no duration`),
        ...texts
          .filter((value) => typeof value !== 'string')
          .map((value) => `${nameOf(entry)}: ${String(value)} is no text`),
      ];
    }),
  ];
}

/** 5: nothing that a YAML 1.1 parser reads in another way; long expressions as blocks. */
export function yamlProblems(
  text: string,
  parse: (text: string, version: '1.1' | '1.2') => unknown,
): Problems {
  const order = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];
  const keys = [...text.matchAll(/^ {6,10}(?:- )?(\w+):/gm)]
    .map(([, key]) => key ?? '')
    .filter((key) => order.includes(key));
  const positions = keys.map((key) => order.indexOf(key));
  return [
    ...(JSON.stringify(parse(text, '1.1')) === JSON.stringify(parse(text, '1.2'))
      ? []
      : ['YAML 1.1 and 1.2 read it differently']),
    ...(text.includes('\t') ? ['tabs'] : []),
    ...(/^\s*(- )?[&*]\w/m.test(text) || /:\s[&*]\w/.test(text) ? ['anchors'] : []),
    ...[...text.matchAll(/expr: (?!\|)(.*)$/gm)]
      .filter(([, line]) => (line ?? '').length > 110 || (line ?? '').includes(String.raw`\n`))
      .map(([, line]) => `a long expression on one line: ${line}`),
    ...positions
      .slice(1)
      .filter((position, i) => position < (positions[i] as number) && position > 1)
      .map((position) => `${order[position]} is out of order`),
  ];
}
