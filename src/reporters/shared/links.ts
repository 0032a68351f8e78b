/** Links in Markdown of ours. Text never makes one: an address is a link where it is one that the report names as its own. */
import { escapeMarkdown } from '../../core/markdown.js';
import type { ReportLink } from '../../core/report.js';
import { cut, visibleLine } from '../../core/text.js';

const MAX_URL = 400;
/** What a link, a table or a formula would read in an address. */
const ENDS_LINK = /[()[\]|<>`$*\\]/g;

/** What a regular expression would read in an address. */
const NOT_LITERAL = /[.*+?^${}()|[\]\\/]/g;

/** The text alone where the address is none of a web page: it may come from the report of another run. */
export function renderLink(text: string, url: string | undefined): string {
  const page = url !== undefined && url.length <= MAX_URL ? URL.parse(url) : null;
  if (page === null || !/^https?:$/.test(page.protocol)) return text;
  return `[${text}](${page.href.replace(ENDS_LINK, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`;
}

/** As `escapeMarkdown`, with addresses of `links` as links. @param maxLength of the text before it is escaped */
export function escapeLinked(text: string, links: readonly ReportLink[], maxLength: number): string {
  const line = cut(visibleLine(text), maxLength);
  const found = links.filter(({ url }) => line.includes(url)).toSorted((a, b) => b.url.length - a.url.length);
  if (found.length === 0) return escapeMarkdown(line, { maxLength });
  const urls = found.map(({ url }) => url.replace(NOT_LITERAL, '\\$&')).join('|');
  // Another address may begin with one of ours.
  return line
    .split(new RegExp(`(${urls})(?![\\w/?#&=%-])`))
    .map((part) =>
      renderPart(
        part,
        found.find(({ url }) => url === part),
      ),
    )
    .join('');
}

function renderPart(part: string, link: ReportLink | undefined): string {
  if (link !== undefined) return renderLink(escapeMarkdown(link.text), link.url);
  const [before = ''] = /^ */.exec(part) ?? [];
  const [after = ''] = part.length > before.length ? (/ *$/.exec(part) ?? []) : [];
  return `${before}${escapeMarkdown(part, { maxLength: part.length })}${after}`;
}
