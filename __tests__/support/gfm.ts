/**
 * Markdown as GitHub shows it: a parser of GitHub-flavoured Markdown, raw HTML taken in, GitHub's list of what HTML may stand
 * there; then what GitHub looks for in the text that is left.
 */
import type { Element, Root, RootContent } from 'hast';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const parser = unified().use(remarkParse).use(remarkGfm);
const toHtml = unified().use(remarkRehype, { allowDangerousHtml: true }).use(rehypeRaw);
const sanitiser = unified().use(rehypeSanitize);

export interface Rendered {
  /** As a reader gets it. */
  readonly tree: Root;
  /** How many HTML comments stood there before they were taken out. */
  readonly comments: number;
}

export function renderGitHub(markdown: string): Rendered {
  const raw = toHtml.runSync(parser.parse(markdown)) as Root;
  let comments = 0;
  walk(raw, (node) => {
    if (node.type === 'comment') comments += 1;
  });
  return { tree: sanitiser.runSync(raw) as Root, comments };
}

function walk(node: Root | RootContent, visit: (node: Root | RootContent) => void): void {
  visit(node);
  if ('children' in node) for (const child of node.children) walk(child, visit);
}

/** In these GitHub looks for nothing. */
const LEFT_ALONE = new Set(['a', 'code', 'pre', 'tt', 'style', 'script']);
/** What becomes a link, a picture or a formula after the parser, in text that stands behind `(^|[^\w])` or the like. */
const FILTERS: Readonly<Record<string, RegExp>> = {
  mention: /(?:^|[^\w/`])@[a-z\d][a-z\d-]*(?:\/[\w-]+)?/i,
  reference: /(?:^|[^\w&])(?:[\w.-]+\/[\w.-]+)?#\d+/,
  'pull request': /(?:^|\W)GH-\d+/i,
  commit: /(?:^|[^a-z\d])[\da-f]{7,40}(?![a-z\d])/i,
  'commit elsewhere': /[\w.-]+@[\da-f]{7,40}/i,
  emoji: /:(?!\d\d:)[a-z\d_+-]+:/i,
  address: /\b(?:https?|ftp):\/\/\w|\b(?:mailto|xmpp):\S*@\w|\bwww\.\w/i,
  'e-mail': /[\w.+-]+@[\w-]+\.\w/,
};

/** What GitHub would make of the text; empty when it stays text. */
export function foundInText(tree: Root): string[] {
  const found: string[] = [];
  const visit = (node: Root | RootContent, isLeftAlone: boolean): void => {
    if (node.type === 'text' && !isLeftAlone)
      for (const [name, pattern] of Object.entries(FILTERS))
        if (pattern.test(node.value)) found.push(`${name}: ${JSON.stringify(pattern.exec(node.value)?.[0])}`);
    if ('children' in node)
      for (const child of node.children)
        visit(child, isLeftAlone || (node.type === 'element' && LEFT_ALONE.has(node.tagName)));
  };
  visit(tree, false);
  return found;
}

/**
 * Dollars that could end a formula: all that are neither code, nor alone in a `span`, as GitHub advises, nor escaped in front of a
 * digit.
 */
export function openDollars(markdown: string): number {
  return (
    markdown
      .replace(/(?<![`\\])(`+)(?!`)[^\n]*?(?<!`)\1(?!`)|<span>\$<\/span>|\\\$(?=\d)/g, '')
      .match(/\$/g) ?? []
  ).length;
}

/** `[tag attribute=value]`, text and `[/tag]` in order; code and dollars in a `span` count as their text. */
export function flatten(tree: Root): string[] {
  const parts: string[] = [];
  const text = (value: string) => {
    const last = parts.at(-1);
    if (last?.startsWith('text:')) parts[parts.length - 1] = last + value;
    else parts.push(`text:${value}`);
  };
  const visit = (node: Root | RootContent): void => {
    if (node.type === 'text') text(node.value);
    if (node.type === 'root') node.children.forEach(visit);
    if (node.type !== 'element') return;
    const own = ownWrapping(node);
    if (own !== undefined) {
      text(own);
      return;
    }
    parts.push(`[${node.tagName} ${JSON.stringify(node.properties)}]`);
    node.children.forEach(visit);
    parts.push(`[/${node.tagName}]`);
  };
  visit(tree);
  return parts
    .map((part) => (part.startsWith('text:') ? part.replaceAll('\u200b', '').replace(/\s+/g, ' ') : part))
    .filter((part) => part !== 'text: ' && part !== 'text:');
}

function ownWrapping({ tagName, children: [only, ...rest], properties }: Element): string | undefined {
  if (only?.type !== 'text' || rest.length > 0 || Object.keys(properties).length > 0) return undefined;
  if (tagName === 'span' && only.value === '$') return '$';
  return tagName === 'code' ? only.value : undefined;
}
