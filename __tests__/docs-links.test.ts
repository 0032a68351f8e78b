/** Every link of a page leads somewhere, every page can be found from the README, and leads back. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { contentOf, PAGES, type PageContent, readRepositoryFile } from './support/pages.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const contents: ReadonlyMap<string, PageContent> = new Map(PAGES.map((path) => [path, contentOf(path)]));
const topics = PAGES.filter((path) => path.startsWith('docs/'));

/** A link within the repository: the file it names, and the heading in it. */
interface Target {
  readonly link: string;
  readonly file: string;
  readonly anchor: string;
}

/** @param page where the link stands; `undefined` for what leads out of the repository */
function targetOf(page: string, link: string): Target | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor = ''] = link.split('#');
  return { link, file: path === '' ? page : normalize(join(dirname(page), path)), anchor };
}

const targetsOf = (page: string) =>
  (contents.get(page)?.links ?? []).flatMap((link) => targetOf(page, link) ?? []);

/** Files that no build made and nobody installed, where a page may be named. */
function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => statSync(join(ROOT, name)).isFile());
}

test('links and headings are found as GitHub has them', () => {
  expect(targetsOf('README.md').length).toBeGreaterThan(30);
  expect(contents.get('README.md')?.links).toContain('docs/pictures/comment-dark.png');
  expect(contents.get('docs/gate.md')?.anchors).toContain('what-each-answer-means');
  expect(contents.get('docs/gateways.md')?.anchors).toContain('zhipu-zai');
  expect(contents.get('docs/policy.md')?.anchors).toContain('what-holds-and-who-said-it');
});

describe.each(PAGES)('%s', (page) => {
  test('leads to files that exist', () => {
    const dead = targetsOf(page).filter(({ file }) => !existsSync(join(ROOT, file)));
    expect(dead).toEqual([]);
  });

  test('leads to headings that exist', () => {
    const named = targetsOf(page).filter(({ anchor }) => anchor !== '');
    expect(named.filter(({ file, anchor }) => !contents.get(file)?.anchors.has(anchor))).toEqual([]);
  });
});

describe.each(topics)('%s', (page) => {
  test('stands in the index of the README once', () => {
    const index = /\n## Documentation\n([\s\S]*?)\n## /.exec(readRepositoryFile('README.md'))?.[1] ?? '';
    expect(index.split(`](${page})`)).toHaveLength(2);
  });

  test('says under its title what it is for, and leads back to the index', () => {
    expect(readRepositoryFile(page)).toMatch(/^# [^\n]+\n\n[A-Z`][^\n|#-]{20}/);
    expect(contents.get(page)?.links).toContain('../README.md#documentation');
  });
});

test('pages that code, examples and workflows name exist, and so do their pictures', () => {
  const files = ['src', 'scripts', 'examples', '.github', '__tests__'].flatMap(sourceFiles);
  const texts = files.filter((name) => /\.(?:ts|mjs|yml)$|file$/.test(name)).map(readRepositoryFile);
  const named = texts.flatMap((text) => text.match(/(?<![\w/])docs\/[\w/-]+\.(?:md|png)\b/g) ?? []);
  expect(named.length).toBeGreaterThan(10);
  expect([...new Set(named)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('every picture is shown', () => {
  const shown = new Set(PAGES.flatMap((page) => targetsOf(page).map(({ file }) => file)));
  const pictures = readdirSync(join(ROOT, 'docs/pictures')).map((name) => `docs/pictures/${name}`);
  expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
});
