/** The pages that people read: what they show as code, where they lead, and what they can be led to. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Element, Root, RootContent } from 'hast';
import { anchorOf } from '../../scripts/docs-content.js';
import { renderGitHub } from './gfm.js';

const ROOT = new URL('../../', import.meta.url);

export function readRepositoryFile(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Paths of all pages, from the root of the repository. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export interface CodeBlock {
  /** Page and line, which names a test. */
  readonly place: string;
  /** Without the indent of the list that it stands in. */
  readonly text: string;
}

/** Blocks of one language in all pages, in order. */
export function codeBlocks(language: string): CodeBlock[] {
  return PAGES.flatMap((path) => {
    const page = readRepositoryFile(path);
    const fences = page.matchAll(new RegExp(`^( *)\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\`$`, 'gm'));
    return [...fences].map(({ index, 1: indent = '', 2: text = '' }) => ({
      place: `${path}:${page.slice(0, index).split('\n').length}`,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }));
  });
}

export interface PageContent {
  /** Targets of links, pictures and their dark twins, as they stand there. */
  readonly links: readonly string[];
  /** What `#…` may name. */
  readonly anchors: ReadonlySet<string>;
}

export function contentOf(path: string): PageContent {
  const links: string[] = [];
  const anchors = new Set<string>();
  for (const element of elementsOf(renderGitHub(readRepositoryFile(path)).tree)) {
    const { href, src, srcSet } = element.properties;
    for (const target of [href, src, srcSet].flat()) if (target !== undefined) links.push(String(target));
    if (/^h[1-6]$/.test(element.tagName)) anchors.add(freeAnchor(anchorOf(textOf(element)), anchors));
  }
  return { links, anchors };
}

/** The second heading of a name is `name-1`. */
function freeAnchor(anchor: string, taken: ReadonlySet<string>): string {
  for (let count = 0; ; count += 1) {
    const candidate = count === 0 ? anchor : `${anchor}-${count}`;
    if (!taken.has(candidate)) return candidate;
  }
}

function elementsOf(node: Root | RootContent): Element[] {
  const below = 'children' in node ? node.children.flatMap(elementsOf) : [];
  return node.type === 'element' ? [node, ...below] : below;
}

function textOf(node: RootContent): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}
