// What the documents point at is there: files and headings behind links, scripts, and a reason for every dependency.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** As GitHub makes them. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = markdown.matchAll(/^#+ +(.*)$/gm);
  return new Set(
    Array.from(headings, ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).sort();

test.each(documents)('%s: every link leads somewhere', (document) => {
  const text = read(document).replaceAll(/```[\s\S]*?```/g, '');
  const broken = Array.from(text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, link = '']) => link)
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : relative(root, join(root, dirname(document), path));
      if (!existsSync(join(root, target))) return link;
      return anchor === undefined || anchorsOf(read(target)).has(anchor) ? undefined : link;
    })
    .filter((link) => link !== undefined);
  expect(broken).toEqual([]);
});

describe('package.json', () => {
  test('docs/architecture.md has the reason of every dependency, and of no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageFile;
    const section = read('docs/architecture.md').split('## Dependencies')[1] ?? '';
    const listed = [
      ...Array.from(section.matchAll(/^\| (`.*?) \|/gm), ([, names = '']) => names),
      section.split('Optional, by platform:')[1]?.split(': Node.js')[0] ?? '',
    ].flatMap((names) => Array.from(names.matchAll(/`([^`]+)`/g), ([, name = '']) => name));
    expect(listed.sort()).toEqual(
      Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort(),
    );
  });

  test('the scripts that the documents name are there', () => {
    const named = documents.flatMap((document) =>
      Array.from(
        read(document).matchAll(/npm run (?:--silent )?([\w:-]+)/g),
        ([, script = '']) => script,
      ),
    );
    expect([...new Set(named)].filter((script) => !(script in packageFile.scripts))).toEqual([]);
  });
});
