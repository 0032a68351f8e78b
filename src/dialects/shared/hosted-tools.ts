/**
 * Tools that the server runs itself, in the middle of an answer: what they bring in is input of the same call. How often the
 * model calls them is its own choice, so where a request states no most, a usual one stands in.
 *
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
 * @see https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool
 * @see https://platform.openai.com/docs/guides/tools
 * @see https://ai.google.dev/gemini-api/docs/url-context
 */
import type { RequestBody } from '../../ports/dialect.js';
import { readCount } from '../../wire/values.js';

/** Run by the client, so that their results come as a request of their own; or they bring in no text. */
const CLIENT =
  /^(?:function|custom|namespace|tool_search|apply_patch|local_shell|shell|bash|text_editor|str_replace|computer|memory|image_generation|advisor)/;
const GEMINI_CLIENT = new Set([
  'functiondeclarations',
  'function_declarations',
  'computeruse',
  'computer_use',
]);
const GEMINI_FETCH = new Set(['urlcontext', 'url_context']);
/** Whoever owns the server decides what it answers; and no honest client writes a type with escapes. */
const ANY_SIZE = /^(?:mcp|web_fetch)|\\/;
/** What programs of it are given by the client's tools stands in the request, and is not read by the model. */
const RUNS_PROGRAMS = /^code_execution|\\/;

const USUAL_USES = 5;
const TOKENS_PER_USE = 10_000;
/** Of at most twenty addresses, with a large page behind each. */
const GEMINI_FETCH_TOKENS = 20 * 25_000;

/** OpenAI's shell runs at the client, or in a container of the server's, with files and skills of any size. */
const CONTAINER = /^container_|\\/;

interface Tool {
  type?: string;
  environment?: string;
  uses?: number | undefined;
  tokensPerUse?: number | undefined;
}

export class HostedTools {
  /** True where one of them may bring in any amount. */
  isUnbounded = false;
  /** True where results may stand in the request that do not count. */
  mayDrop = false;
  tokens = 0;
  readonly #mostCalls: number;

  constructor(body: RequestBody) {
    this.#mostCalls = readCount(body.get('max_tool_calls')) ?? Number.POSITIVE_INFINITY;
    if (isSet(body, 'web_search_options') || isSet(body, 'plugins')) this.#addUses(USUAL_USES);
    if (!body.has('tools')) return;
    let tool: Tool = {};
    const isWhole = body.walk(['tools'], {
      scalar: (path, bytes) => {
        if (path === '.type') tool.type = textOf(bytes);
        else if (path === '.environment.type') tool.environment = textOf(bytes);
        else if (path === '.max_uses') tool.uses = countOf(bytes);
        else if (path === '.max_content_tokens') tool.tokensPerUse = countOf(bytes);
      },
      object: (path, keys) => {
        if (path !== '') return;
        this.#add(tool, keys);
        tool = {};
      },
    });
    if (!isWhole) this.isUnbounded = true;
  }

  #add(tool: Tool, keys: readonly string[]): void {
    if (tool.type === undefined) this.#addUntyped(keys);
    else if (!CLIENT.test(tool.type) || CONTAINER.test(tool.environment ?? ''))
      this.#addTyped(tool, tool.type);
  }

  #addTyped(tool: Tool, type: string): void {
    if (RUNS_PROGRAMS.test(type)) this.mayDrop = true;
    const isBounded = tool.uses !== undefined && tool.tokensPerUse !== undefined;
    if (ANY_SIZE.test(type) && !isBounded) this.isUnbounded = true;
    else this.#addUses(tool.uses ?? USUAL_USES, tool.tokensPerUse);
  }

  /** Gemini's tools are named by their keys. Anthropic's own need no type where the client runs them. */
  #addUntyped(keys: readonly string[]): void {
    if (keys.includes('input_schema') || keys.includes('name')) return;
    for (const key of keys) {
      if (GEMINI_FETCH.has(key)) this.tokens += GEMINI_FETCH_TOKENS;
      else if (!GEMINI_CLIENT.has(key)) this.#addUses(USUAL_USES);
    }
  }

  #addUses(uses: number, tokensPerUse = TOKENS_PER_USE): void {
    this.tokens += Math.min(uses, this.#mostCalls) * tokensPerUse;
  }
}

function isSet(body: RequestBody, name: string): boolean {
  if (!body.has(name)) return false;
  let isFound = false;
  body.walk([name], {
    scalar: (_path, bytes) => {
      isFound ||= bytes.toString('latin1', 0, 5) !== 'null';
    },
    object: () => {
      isFound = true;
    },
  });
  return isFound;
}

const MAX_TYPE_BYTES = 100;

function textOf(bytes: Buffer): string {
  return bytes.toString('latin1', 1, Math.min(bytes.length - 1, MAX_TYPE_BYTES));
}

function countOf(bytes: Buffer): number | undefined {
  return readCount(Number(bytes.toString('latin1', 0, MAX_TYPE_BYTES)));
}
