/**
 * Pictures, documents, sound and films that stand in a request in base64: what of its bytes is no text, and how much they may
 * come to. Vendors scale a picture down, so it has a bound; a document has none in its bytes, as a page of blank paper shows.
 */

export interface InlineFound {
  /** Of all that is no text. */
  readonly bytes: number;
  readonly pictureTokens: number;
  /** Those of them that may be more than a token for each of their bytes. */
  readonly flatPictureTokens: number;
  readonly documentTokens: number;
  /** Those of them that are held in any case. */
  readonly leastDocumentTokens: number;
}

/** A medium that is said of itself in keys beside it. */
interface Medium {
  readonly types: string[];
  readonly mimes: string[];
  readonly data: Buffer[];
}

const MIME = '(?:image|audio|video)\\/[\\w.+-]+|application\\/(?:pdf|msword|vnd\\.[\\w.+-]+)';
/** What a server reads as text under none of its names. */
const BINARY = new RegExp(`^(?:${MIME})$`, 'i');
const SVG = /^image\/svg/i;
const PICTURE = /^image\/(?:png|jpe?g|gif|webp|hei[cf]|avif|bmp)$/i;
const TEXT = /^text\/[\w.+-]+$/i;
const DATA_URL = /^data:([^;,"]*)/i;
const PDF = /^JVBERi/;
/** A PDF, or one of the newer formats of office software. */
const DOCUMENT = /^(?:JVBERi|UEsDB)/;
/** Also in lines; no address looks like it, which has a colon or a dot. */
const BASE64 = /^(?:[\w+/=-]|\\[nr])+"?$/;
const LOOKED_AT_BYTES = 100;
const MAX_NAME_BYTES = 100;
const [QUOTE, BLANK, BACKSLASH] = [0x22, 0x20, 0x5c];
const BLANK_ESCAPES = new Set([...'nrt'].map((letter) => letter.charCodeAt(0)));
/**
 * A hundred pages, with text and picture of each: the most of a request at Anthropic.
 * @see https://platform.claude.com/docs/en/build-with-claude/pdf-support
 */
const DOCUMENT_TOKENS = 100 * 3000;
/** Ten pages; a small one counts as its bytes do. */
const LEAST_DOCUMENT_TOKENS = 10 * 3000;
const LEAST_TOKENS_PER_BYTE = 0.5;

export class InlineMedia {
  readonly #tokensOfPicture: number;
  /** Most requests have none. */
  #open: Map<string, Medium> | undefined;
  #isAny = false;
  #bytes = 0;
  #pictureTokens = 0;
  #flatPictureTokens = 0;
  #documentTokens = 0;
  #leastDocumentTokens = 0;

  constructor(tokensOfPicture: number) {
    this.#tokensOfPicture = tokensOfPicture;
  }

  /** What stands in an object that may be a medium, in whatever order. @param name folded */
  note(holder: string, name: string, value: Buffer): void {
    this.#open ??= new Map();
    const medium = this.#open.get(holder) ?? { types: [], mimes: [], data: [] };
    this.#open.set(holder, medium);
    if (name === 'data') medium.data.push(value);
    else if (name === 'type') medium.types.push(nameIn(value));
    else medium.mimes.push(nameIn(value));
  }

  /** That object has ended. @returns `away` where it holds an address in place of a medium */
  close(holder: string): 'away' | undefined {
    const medium = this.#open?.get(holder);
    if (medium === undefined) return undefined;
    this.#open?.delete(holder);
    const { types, mimes, data } = medium;
    const isText = types.length > 0 && types.every((type) => type === 'text');
    if (isText) return undefined;
    // A source says that it is base64; what stands under the other names cannot be anything else.
    const isSaid =
      !holder.endsWith('source') || (types.length > 0 && types.every((type) => type === 'base64'));
    const isSound = holder.endsWith('input_audio');
    const found = data.map((bytes) => this.#add(bytes, isSound ? ['audio/wav'] : mimes, isSaid, 1));
    return found.includes('away') ? 'away' : undefined;
  }

  /**
   * A string where a medium or its address may stand.
   * @param leastBare how long it is at least if it is base64 and does not say so
   * @returns `away` where it is neither
   */
  add(bytes: Buffer, leastBare: number): 'away' | undefined {
    return this.#add(bytes, [], true, leastBare);
  }

  /** `undefined` where all is text. */
  found(): InlineFound | undefined {
    if (!this.#isAny) return undefined;
    return {
      bytes: this.#bytes,
      pictureTokens: this.#pictureTokens,
      flatPictureTokens: this.#flatPictureTokens,
      documentTokens: this.#documentTokens,
      leastDocumentTokens: this.#leastDocumentTokens,
    };
  }

  /** @param isSaid false where it may be read as text after all */
  #add(bytes: Buffer, told: readonly string[], isSaid: boolean, leastBare: number): 'away' | undefined {
    if (bytes[0] !== QUOTE || bytes.length <= 2) return undefined;
    const from = textStart(bytes);
    const head = bytes.toString('latin1', from, from + LOOKED_AT_BYTES).replaceAll('\\/', '/');
    const [, named] = DATA_URL.exec(head) ?? [];
    if (named === undefined && (bytes.length < leastBare || !BASE64.test(head))) return 'away';
    const mimes = named === undefined ? told : [...told, named];
    const isPdf = PDF.test(head.slice(head.indexOf(',') + 1));
    // Text in base64 is bounded by its bytes like any other.
    if (!isPdf && isEach(mimes, TEXT)) return undefined;
    this.#isAny = true;
    const isBinary =
      isSaid && (mimes.length === 0 ? DOCUMENT.test(head) : isEach(mimes, BINARY) && !mimes.some(isSvg));
    if (isBinary) this.#bytes += bytes.length;
    if (isBinary && !isPdf && isEach(mimes, PICTURE)) this.#addPicture(bytes.length);
    else this.#addDocument(isBinary ? bytes.length : 0);
    return undefined;
  }

  #addPicture(bytes: number): void {
    this.#pictureTokens += this.#tokensOfPicture;
    this.#flatPictureTokens += Math.max(0, this.#tokensOfPicture - bytes);
  }

  /** @param bytes of it that do not count as text */
  #addDocument(bytes: number): void {
    this.#documentTokens += DOCUMENT_TOKENS;
    this.#leastDocumentTokens += Math.min(LEAST_DOCUMENT_TOKENS, Math.ceil(bytes * LEAST_TOKENS_PER_BYTE));
  }
}

/** Behind the quote and all blanks. */
function textStart(bytes: Buffer): number {
  let at = 1;
  for (;;) {
    if (bytes[at] === BLANK) at += 1;
    else if (bytes[at] === BACKSLASH && BLANK_ESCAPES.has(bytes[at + 1] ?? 0)) at += 2;
    else return at;
  }
}

function nameIn(value: Buffer): string {
  return value.toString('latin1', 1, Math.min(value.length - 1, MAX_NAME_BYTES)).replaceAll('\\/', '/');
}

function isEach(mimes: readonly string[], pattern: RegExp): boolean {
  return mimes.length > 0 && mimes.every((mime) => pattern.test(mime));
}

function isSvg(mime: string): boolean {
  return SVG.test(mime);
}
