import { expect, test } from 'vitest';
import { causes, classes } from '../../../src/classify/causes.ts';
import { diagnosis } from '../../../src/cli/diagnosis.ts';
import { aFailingContainer, aSlowPull } from '../metrics/failing-container.ts';

/** 10 s after the last attempt of the builder. */
const now = 1_763_735_023_500;

test('nothing fails: one line says so', () => {
  expect(diagnosis([], [], now, false)).toBe('Every image can be pulled.\n');
});

test('a problem comes with its text, its meaning, what to do with names filled in, and who acts', () => {
  const text = diagnosis([aFailingContainer()], [], now, false);
  const { title, fix } = causes.manifest_not_found;
  expect(text).toMatch(/^1 container of 1 workload in 1 namespace cannot pull its image\.\n/);
  expect(text).toContain(`\n1. ${title} (manifest_not_found)\n`);
  expect(text).toContain('   shop/web (Deployment): 1 container on 1 node for 23 s\n');
  expect(text).toContain('     registry.example.com/shop/web:v2: not found\n');
  expect(text).toContain(`\n   Do     ${fix.slice(0, 20)}`);
  expect(text).toContain(`\n   Who    ${classes.reference.acts}\n`);
  expect(text).toMatch(/Check .*registry\.example\.com\/shop\/web/);
});

test('a registry that many fail at is one problem, with the workloads that it hits', () => {
  const failing = ['cart', 'search', 'mailer'].map((name) =>
    aFailingContainer({
      uid: name,
      workload: { kind: 'Deployment', name },
      verdict: { cause: 'registry_unavailable' },
    }),
  );
  const text = diagnosis(failing, [], now, false);
  expect(text).toContain('3 containers of 3 workloads in 1 namespace cannot pull their image.');
  expect(text.match(/^\d+\. /gm)).toEqual(['1. ']);
  expect(text).toContain('   registry.example.com: 3 containers on 1 node for 23 s: ');
  for (const name of ['cart', 'search', 'mailer']) {
    expect(text).toContain(`shop/${name} (Deployment)`);
  }
});

test('a text of a hostile runtime stays one line of bounded length', () => {
  const message = `boom\n\u001B[31m2. Forged (cause)\n${'x'.repeat(10_000)}`;
  const text = diagnosis([aFailingContainer({ message })], [], now, false);
  expect(text.match(/^\d+\. /gm)).toEqual(['1. ']);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(1000);
});

test('pulls without a result are listed, the oldest first', () => {
  const slow = [
    aSlowPull({ pod: 'young', since: now - 60_000 }),
    aSlowPull({ pod: 'old', since: now - 600_000 }),
  ];
  const text = diagnosis([], slow, now, false);
  expect(text).toMatch(/^2 pulls without a result yet:\n/);
  expect(text).toMatch(/shop +old +10 min[^\n]*\nshop +young +1 min/);
});
