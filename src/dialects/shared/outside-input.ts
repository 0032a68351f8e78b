/**
 * Finds input of which the bytes of the request do not tell the size: files that the provider keeps, addresses it fetches,
 * tools it runs, pictures and documents that stand there in base64. All of it is looked for in the forms of all dialects, since
 * gateways translate.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/files
 * @see https://platform.openai.com/docs/guides/pdf-files
 * @see https://ai.google.dev/gemini-api/docs/file-input-methods
 */
import type { OutsideInput, RequestBody } from '../../ports/dialect.js';
import { mayDropInput } from './dropped-input.js';
import { HostedTools } from './hosted-tools.js';
import { InlineMedia } from './inline-media.js';
import { isPlainRequest } from './plain-request.js';

export interface OutsideRules {
  /** Where messages stand. */
  readonly content: readonly string[];
  /** Settings of this dialect alone that bring in something of any size. */
  readonly settings?: readonly string[];
}

/** Settings that bring in something of any size, in whatever dialect. */
const SETTINGS = ['mcp_servers', 'container', 'prompt_id'];
/** Settings that name something which never changes once it is made. */
const LASTING = ['cachedContent', 'cached_content'];
/** What gateways take for the request to whoever is behind them. */
const EXTRAS = [['extra_body'], ['extra_body', 'google']];
const EXTRA_SETTINGS = ['previous_response_id', 'conversation'];

/** On the way to a part: neither the input of a tool call nor the results of a search, which name addresses as well. */
const PARTS = '(?:\\.(?:content|source|output|parts|functionresponse|function_response))';
const FILE = new RegExp(
  `^${PARTS}{1,2}\\.file_id$|^${PARTS}*\\.(?:source|file|image_url|input_file)\\.file_id$`,
);
const ADDRESS = new RegExp(
  `^${PARTS}+\\.(?:(?:file|image|video|audio|document)_url|file_data)$|` +
    `^${PARTS}*\\.(?:source|file|(?:image|video|audio|document)_url)\\.(?:url|file_data|file_url)$|` +
    `^${PARTS}*\\.file_?data\\.file_?uri$`,
);
/** A medium that stands there, and what is said of it. */
const MEDIUM = new RegExp(
  `^(${PARTS}*\\.(?:source|inline_?data|input_audio))\\.(data|type|media_type|mime_?type)$`,
);
/** All that the paths below may end with. */
const NAMES = new Set(
  (
    'type url file_id file_url image_url video_url audio_url document_url file_data fileuri file_uri ' +
    'data media_type mimetype mime_type'
  ).split(' '),
);
/** An address that says of itself that it is a picture's: what is fetched there is read as one. */
const PICTURE = /^"https:\/\/[^"\\?#]+\.(?:png|jpe?g|gif|webp)(?:[?#][^"\\]*)?"$/i;
const PICTURE_PATH = /\.image_url(?:\.url)?$/;
const FILE_DATA_PATH = /\.file_data$/;
const FILE_URI_PATH = /\.file_?uri$/;
/** Some gateways take base64 in place of an address; nothing that short is a picture. */
const LEAST_BARE_BYTES = 100;
/** What was uploaded there stays as it is. */
const UPLOADED = /^"(?:https:\/\/generativelanguage\.googleapis\.com\/v1(?:beta)?\/)?files\/[\w-]+"$/;
/** Of an address, or of one that is written with escapes; what a file's own bytes look like has neither. */
const AWAY = /:\/\/|\\/;
const MAX_ADDRESS_BYTES = 4096;
const MAX_IDENTITY = 4096;
/**
 * Of one picture. Vendors scale larger ones down: to about 4,800 tokens at Anthropic, 10,000 patches at OpenAI.
 * @see https://platform.claude.com/docs/en/build-with-claude/vision
 * @see https://platform.openai.com/docs/guides/images-vision#calculating-costs
 */
const PICTURE_TOKENS = 12_000;
/** Its pictures count 33 times as much as those of the model it is cheaper than: 2,833, and 5,667 for each of eight tiles. */
const DEAR_PICTURES = { models: /4o-mini/i, tokens: 48_169 } as const;

/** `undefined` where all of the input stands in the request. */
export function outsideInput(
  body: RequestBody,
  model: string | undefined,
  rules: OutsideRules,
): OutsideInput | undefined {
  const finder = new Finder(model);
  for (const name of rules.content) finder.lookAtContent(body, name);
  if (!isPlainRequest(body)) lookAtSettings(finder, body, rules);
  finder.lookAtTools(body);
  return finder.found();
}

function lookAtSettings(finder: Finder, body: RequestBody, { settings = [] }: OutsideRules): void {
  const extras = EXTRAS.filter((path) => body.has(...path));
  finder.lookAtSettings(body, [], settings);
  for (const path of extras) finder.lookAtSettings(body, path, EXTRA_SETTINGS);
  finder.noteDropped(mayDropInput(body, [[], ...extras]));
}

class Finder {
  readonly #media: InlineMedia;
  readonly #pictureTokens: number;
  #unbounded: string | undefined;
  /** Names of what never changes; `undefined` once something may. */
  #lasting: string[] | undefined = [];
  #pictures = 0;
  #toolTokens = 0;
  #mayDrop = false;

  constructor(model: string | undefined) {
    this.#pictureTokens = DEAR_PICTURES.models.test(model ?? '') ? DEAR_PICTURES.tokens : PICTURE_TOKENS;
    this.#media = new InlineMedia(this.#pictureTokens);
  }

  lookAtContent(body: RequestBody, name: string): void {
    const isWhole = body.walk([name], {
      names: NAMES,
      scalar: (path, bytes) => this.#lookAt(path, bytes),
      object: (path, keys) => {
        // An item that is nothing but its id stands for one that the server keeps.
        const isReference = keys.includes('id') && keys.every((key) => key === 'id' || key === 'type');
        if (path === '' && isReference) this.#add('item_reference', false);
        if (this.#media.close(path) === 'away') this.#add('data', false);
      },
    });
    if (!isWhole) this.#add(name, false);
  }

  /** @param path to what they stand in */
  lookAtSettings(body: RequestBody, path: readonly string[], names: readonly string[]): void {
    for (const name of SETTINGS) this.#lookAtSetting(body, [...path, name], false);
    for (const name of names) this.#lookAtSetting(body, [...path, name], false);
    for (const name of LASTING) this.#lookAtSetting(body, [...path, name], true);
  }

  #lookAtSetting(body: RequestBody, path: readonly string[], isLasting: boolean): void {
    if (!body.has(...path)) return;
    const name = path.at(-1) ?? '';
    const isWhole = body.walk(path, {
      scalar: (_path, bytes) => {
        const text = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
        if (text !== 'null' && text !== '""') this.#add(name, isLasting, text);
      },
      object: () => this.#add(name, false),
    });
    if (!isWhole) this.#add(name, false);
  }

  lookAtTools(body: RequestBody): void {
    const tools = new HostedTools(body);
    if (tools.isUnbounded) this.#add('tools', false);
    this.#toolTokens = tools.tokens;
    this.noteDropped(tools.mayDrop);
  }

  noteDropped(mayDrop: boolean): void {
    this.#mayDrop ||= mayDrop;
  }

  found(): OutsideInput | undefined {
    const identity = this.#lasting?.toSorted().join(' ') ?? '';
    const media = this.#media.found();
    const isAllText = this.#pictures === 0 && this.#toolTokens === 0 && media === undefined;
    if (this.#unbounded === undefined && isAllText && !this.#mayDrop) return undefined;
    const fetchedTokens = this.#pictures * this.#pictureTokens;
    return {
      unbounded: this.#unbounded,
      identity: identity === '' || identity.length > MAX_IDENTITY ? undefined : identity,
      inlineBytes: media?.bytes ?? 0,
      pictureTokens: fetchedTokens + (media?.pictureTokens ?? 0),
      flatPictureTokens: fetchedTokens + (media?.flatPictureTokens ?? 0),
      documentTokens: media?.documentTokens ?? 0,
      leastDocumentTokens: media?.leastDocumentTokens ?? 0,
      toolTokens: this.#toolTokens,
      mayDrop: this.#mayDrop,
    };
  }

  #lookAt(path: string, bytes: Buffer): void {
    if (path === '.type') {
      if (bytes.equals(ITEM_REFERENCE)) this.#add('item_reference', false);
    } else if (path === '.tools.type') {
      if (bytes.equals(MCP)) this.#add('tools', false);
    } else if (FILE.test(path)) this.#addFile(path, bytes);
    else if (ADDRESS.test(path)) this.#addAddress(path, bytes);
    else {
      const [, holder, name] = MEDIUM.exec(path) ?? [];
      if (holder !== undefined && name !== undefined) this.#media.note(holder, name, bytes);
    }
  }

  #addFile(path: string, bytes: Buffer): void {
    if (bytes.length <= 2) return;
    const name = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
    this.#add(lastOf(path), !AWAY.test(name), name);
  }

  #addAddress(path: string, bytes: Buffer): void {
    if (bytes[0] !== QUOTE || bytes.length <= 2) return;
    if (this.#media.add(bytes, leastBareAt(path)) !== 'away') return;
    const address = bytes.toString('latin1', 0, MAX_ADDRESS_BYTES);
    if (PICTURE_PATH.test(path) && PICTURE.test(address)) this.#pictures += 1;
    else this.#add(lastOf(path), UPLOADED.test(address), address);
  }

  #add(name: string, isLasting: boolean, identity = ''): void {
    this.#unbounded ??= name;
    // A longer one was not read to its end.
    if (isLasting && identity.length < MAX_ADDRESS_BYTES) this.#lasting?.push(identity);
    else this.#lasting = undefined;
  }
}

const QUOTE = 0x22;
const MCP = Buffer.from('"mcp"');
const ITEM_REFERENCE = Buffer.from('"item_reference"');

function leastBareAt(path: string): number {
  if (FILE_URI_PATH.test(path)) return Number.POSITIVE_INFINITY;
  return FILE_DATA_PATH.test(path) ? 1 : LEAST_BARE_BYTES;
}

function lastOf(path: string): string {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return last === 'fileuri' ? 'fileUri' : last;
}
