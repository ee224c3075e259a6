import { expect, test } from 'vitest';
import { alertNames } from '../../../rules/pack.ts';
import { alertTerms, thresholdTerms } from '../../../src/generate/rules-terms.ts';

test('--help names each alert that somebody gets, with its defaults', () => {
  const terms = Object.fromEntries(alertTerms());
  expect(Object.keys(terms)).toEqual(alertNames.filter((name) => !name.endsWith('Inhibitor')));
  expect(terms['ImagePullFailing']).toBe(
    'warning, for 15m. A workload has containers whose image cannot be pulled.',
  );
});

test('--help names thresholds as --threshold takes them', () => {
  const terms = Object.fromEntries(thresholdTerms());
  expect(terms['stalled-pull=20m']).toBe(
    'ImagePullStalled: age of a pull that has neither ended nor failed.',
  );
  expect(terms['degraded-ratio=0.2']).toBe(
    'ImagePullRegistryDegraded: share of the attempts that fail so, over 5m and over 1h.',
  );
});
