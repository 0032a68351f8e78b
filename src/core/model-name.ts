/**
 * Whether two names mean one model. The same model is called `claude-opus-5`, `anthropic/claude-opus-5-20260101`,
 * `us.anthropic.claude-opus-5-v1:0` and `anthropic/claude-5-opus` by different parties; `claude-opus-5-5` and `gpt-5-mini`
 * are others than `claude-opus-5` and `gpt-5`.
 *
 * The rule: without prefixes in front (route, region, vendor), without what only marks a date, a release stage, a way to be
 * served or an effort, the words must be the same in any order, and the numbers the same in their order. A name without a
 * number (`sonnet`, `mistral-large-latest`) leaves the version to the server, so only its words count. A name that holds
 * no word of a known family (`smart`, `prod-deployment-2`) is the operator's own, and says nothing.
 */

/** First words of the families that are served by several parties. */
const FAMILIES =
  /^(?:claude|chatgpt|gpt|o[1-9]|codex|gemini|gemma|deepseek|qwen|qwq|kimi|glm|grok|mistral|mixtral|codestral|devstral|magistral|llama|command|nova|minimax|phi)(?=\d|$)/;
const ROUTE = /^.*\//;
const VENDOR = /^(?:[a-z]+\.)+(?=[a-z][a-z\d]*-)/;
/** `[1m]`, `:free`, `@20260101`, `-v1:0`: how a model is served, not which. */
const REVISION = /-v\d+:\d+$/;
const VARIANT = /[[:@].*$/;
const DATE = /-(?:20\d{2}-\d{2}-\d{2}|20\d{6}|\d{2}-\d{4}|\d{2}-\d{2}|\d{4}|0\d{2})(?=-|$)/g;
const MARKS = new Set([
  'latest',
  'preview',
  'exp',
  'experimental',
  'thinking',
  'high',
  'medium',
  'low',
  'minimal',
  'v',
]);
const SEPARATOR = /[-._\s]+/;
/** `llama3`, `r1`, `v3`: a word and its version. */
const GLUED = /\b([a-z]+)(\d+)(?=[-._]|$)/g;
const LONGEST_NAME = 200;

interface Name {
  readonly words: string;
  readonly versions: string;
}

/** True when an answer names a model that is certainly another one than the request asked for. */
export function isAnotherModel(asked: string, answered: string): boolean {
  if (asked === answered) return false;
  const wanted = nameOf(asked);
  const given = nameOf(answered);
  if (wanted === undefined || given === undefined) return false;
  if (wanted.words !== given.words) return wanted.versions !== '' || !shares(wanted, given);
  return wanted.versions !== '' && wanted.versions !== given.versions;
}

/** A run has few models, and each of its calls names two. */
const KNOWN = new Map<string, Name | undefined>();
const MAX_KNOWN = 100;

function nameOf(text: string): Name | undefined {
  if (KNOWN.has(text)) return KNOWN.get(text);
  const name = readName(text);
  if (KNOWN.size < MAX_KNOWN && text.length <= LONGEST_NAME) KNOWN.set(text, name);
  return name;
}

/** `undefined` for a name of nobody's family. */
function readName(text: string): Name | undefined {
  const name = text
    .slice(0, LONGEST_NAME)
    .toLowerCase()
    .replace(ROUTE, '')
    .replace(REVISION, '')
    .replace(VARIANT, '')
    .replace(VENDOR, '');
  if (!name.split(SEPARATOR).some((part) => FAMILIES.test(part))) return undefined;
  const parts = name
    .replace(DATE, '')
    .replace(GLUED, '$1-$2')
    .split(SEPARATOR)
    .filter((part) => part !== '' && !MARKS.has(part));
  const isVersion = (part: string) => /^\d/.test(part);
  return {
    words: parts
      .filter((part) => !isVersion(part))
      .sort()
      .join(' '),
    versions: parts.filter(isVersion).join('.'),
  };
}

/** A name such as `claude-latest` or `deepseek-chat` asks for whatever the server has of its kind. */
function shares(wanted: Name, given: Name): boolean {
  const [fewer = [], more = []] = [wanted.words.split(' '), given.words.split(' ')].sort(
    (a, b) => a.length - b.length,
  );
  return fewer.every((word) => more.includes(word));
}
