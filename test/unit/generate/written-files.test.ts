import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareFiles, writeFiles, type WrittenFile } from '../../../src/generate/written-files.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'imagepull-written-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

const files: readonly WrittenFile[] = [
  { path: 'a/whole.txt', content: () => 'whole\n' },
  { path: 'b/part.txt', content: (current = 'new') => `${current.replace(/!*$/, '')}!` },
];

test('what was written is as generated', async () => {
  await writeFiles(root, files);
  expect(await compareFiles(root, files, ['a'])).toEqual([]);
  expect(await readFile(join(root, 'b/part.txt'), 'utf8')).toBe('new!');
});

test('a file that is generated in part keeps the other part', async () => {
  await mkdir(join(root, 'b'));
  await writeFile(join(root, 'b/part.txt'), 'by hand');
  await writeFiles(root, files);
  expect(await readFile(join(root, 'b/part.txt'), 'utf8')).toBe('by hand!');
});

test('what is missing, stale or not generated any more is found, and nothing is written', async () => {
  await mkdir(join(root, 'a'));
  await writeFile(join(root, 'a/whole.txt'), 'edited\n');
  await writeFile(join(root, 'a/old.txt'), '');
  expect(await compareFiles(root, files, ['a', 'no-such-folder'])).toEqual([
    { path: 'a/whole.txt', problem: 'stale' },
    { path: 'b/part.txt', problem: 'missing' },
    { path: 'a/old.txt', problem: 'not generated any more' },
  ]);
  expect(await readFile(join(root, 'a/whole.txt'), 'utf8')).toBe('edited\n');
});
