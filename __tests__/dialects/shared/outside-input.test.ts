import { describe, expect, test } from '@jest/globals';
import { dialects } from '../../../src/dialects/index.js';
import type { OutsideInput } from '../../../src/ports/dialect.js';
import { JsonBody } from '../../../src/wire/json-body.js';

const PATHS: Readonly<Record<string, string>> = {
  gemini: '/v1beta/models/gemini-2.5-pro:generateContent',
};

function outsideOf(id: string, body: object | string): OutsideInput | undefined {
  const dialect = dialects.find((known) => known.id === id);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return dialect?.readRequest(new JsonBody(Buffer.from(text)), PATHS[id] ?? '').outside;
}
const claude = (...content: object[]) => ({ messages: [{ role: 'user', content }] });
const chat = claude;
const responses = (...content: object[]) => ({ input: [{ role: 'user', content }] });
const gemini = (...parts: object[]) => ({ contents: [{ role: 'user', parts }] });

/** Shapes as the vendors document them. */
describe('input of any size that does not stand in the request', () => {
  test.each<[string, string, object | string, string]>([
    [
      'a file by its id',
      'anthropic-messages',
      claude({ type: 'document', source: { type: 'file', file_id: 'f' } }),
      'file_id',
    ],
    [
      'a picture by its id',
      'anthropic-messages',
      claude({ type: 'image', source: { type: 'file', file_id: 'f' } }),
      'file_id',
    ],
    [
      'a file for a container',
      'anthropic-messages',
      claude({ type: 'container_upload', file_id: 'f' }),
      'file_id',
    ],
    [
      'a document to fetch',
      'anthropic-messages',
      claude({ type: 'document', source: { type: 'url', url: 'https://x/y.pdf' } }),
      'url',
    ],
    [
      'one that says it is a picture',
      'anthropic-messages',
      claude({ type: 'document', source: { type: 'url', url: 'https://x/y.png' } }),
      'url',
    ],
    [
      'one in a tool result',
      'anthropic-messages',
      claude({
        type: 'tool_result',
        content: [{ type: 'document', source: { type: 'url', url: 'https://x' } }],
      }),
      'url',
    ],
    [
      'one in a document of parts',
      'anthropic-messages',
      claude({
        type: 'document',
        source: { type: 'content', content: [{ type: 'image', source: { type: 'file', file_id: 'f' } }] },
      }),
      'file_id',
    ],
    [
      'one in keys with escapes',
      'anthropic-messages',
      '{"messages":[{"content":[{"s\\u006furce":{"file\\u005fid":"f"}}]}]}',
      'file_id',
    ],
    [
      'one in other letters',
      'anthropic-messages',
      '{"Messages":[{"CONTENT":[{"Source":{"FILE_ID":"f"}}]}]}',
      'file_id',
    ],
    [
      'MCP servers',
      'anthropic-messages',
      { mcp_servers: [{ type: 'url', url: 'https://x' }] },
      'mcp_servers',
    ],
    [
      'a fetch tool without bounds',
      'anthropic-messages',
      { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch', max_uses: 3 }] },
      'tools',
    ],
    ['a file by its id', 'openai-chat', chat({ type: 'file', file: { file_id: 'file-1' } }), 'file_id'],
    [
      'a file to fetch',
      'openai-chat',
      chat({ type: 'file', file: { file_data: 'https://x/y.pdf' } }),
      'file_data',
    ],
    [
      'a picture that may be anything',
      'openai-chat',
      chat({ type: 'image_url', image_url: { url: 'https://x/y' } }),
      'url',
    ],
    [
      'a picture at an open address',
      'openai-chat',
      chat({ type: 'image_url', image_url: { url: 'http://x/y.png' } }),
      'url',
    ],
    [
      'a picture in a bucket',
      'openai-chat',
      chat({ type: 'image_url', image_url: 'gs:\\/\\/x/y.png' }),
      'image_url',
    ],
    ['a film', 'openai-chat', chat({ type: 'video_url', video_url: { url: 'https://x/y.mp4' } }), 'url'],
    ['a prompt that the gateway keeps', 'openai-chat', { prompt_id: 'p' }, 'prompt_id'],
    ['a file by its id', 'openai-responses', responses({ type: 'input_file', file_id: 'file-1' }), 'file_id'],
    [
      'a file to fetch',
      'openai-responses',
      responses({ type: 'input_file', file_url: 'https://x/y.pdf' }),
      'file_url',
    ],
    [
      'a picture by its id',
      'openai-responses',
      responses({ type: 'input_image', file_id: 'file-1' }),
      'file_id',
    ],
    [
      'one in a tool result',
      'openai-responses',
      { input: [{ type: 'function_call_output', output: [{ type: 'input_file', file_id: 'f' }] }] },
      'file_id',
    ],
    [
      'an item that is kept',
      'openai-responses',
      { input: [{ type: 'item_reference', id: 'msg_1' }] },
      'item_reference',
    ],
    [
      'an item that is kept, without its type',
      'openai-responses',
      { input: [{ id: 'msg_1' }] },
      'item_reference',
    ],
    ['an MCP server', 'openai-responses', { tools: [{ type: 'mcp', server_url: 'https://x' }] }, 'tools'],
    [
      'an MCP server among tools that travel as an item',
      'openai-responses',
      { input: [{ type: 'additional_tools', tools: [{ type: 'mcp' }] }] },
      'tools',
    ],
    [
      'a file',
      'gemini',
      gemini({ fileData: { mimeType: 'application/pdf', fileUri: 'https://x/files/y' } }),
      'fileUri',
    ],
    ['a file in the other spelling', 'gemini', gemini({ file_data: { file_uri: 'gs://x/y' } }), 'file_uri'],
    [
      'a file in a tool result',
      'gemini',
      gemini({ functionResponse: { parts: [{ fileData: { fileUri: 'gs://x' } }] } }),
      'fileUri',
    ],
    [
      'a file in the instruction',
      'gemini',
      { systemInstruction: { parts: [{ fileData: { fileUri: 'gs://x' } }] } },
      'fileUri',
    ],
    ['a file by its name', 'gemini', gemini({ fileData: { fileUri: 'files/abc' } }), 'fileUri'],
    [
      'an address behind blanks',
      'openai-chat',
      chat({ type: 'file', file: { file_data: `${' '.repeat(120)}${'\n'.repeat(120)}https://x/y.pdf` } }),
      'file_data',
    ],
    [
      'an address in place of base64',
      'anthropic-messages',
      claude({ type: 'image', source: { data: 'https://x/y', type: 'base64', media_type: 'image/png' } }),
      'data',
    ],
    [
      'an address without its beginning',
      'openai-responses',
      responses({ type: 'input_file', file_url: 'x/y' }),
      'file_url',
    ],
    ...['anthropic-messages', 'openai-chat', 'openai-responses', 'gemini'].flatMap((id) =>
      ['cachedContent', 'cached_content'].flatMap((name): [string, string, object, string][] => [
        ['a cache', id, { [name]: 'cachedContents/1' }, name],
        ['a cache in what the gateway passes on', id, { extra_body: { [name]: 'c' } }, name],
        ['a cache in what it passes to Google', id, { extra_body: { google: { [name]: 'c' } } }, name],
      ]),
    ),
    [
      'an earlier answer in what the gateway passes on',
      'openai-responses',
      { extra_body: { previous_response_id: 'r' } },
      'previous_response_id',
    ],
    [
      'what goes too deep to look at',
      'gemini',
      `{"contents":${'['.repeat(500)}${']'.repeat(500)}}`,
      'contents',
    ],
  ])('%s (%s)', (_what, id, body, name) => {
    expect(outsideOf(id, body)?.unbounded).toBe(name);
  });

  test('is known again where it never changes, in whatever order it is named', () => {
    const file = (name: string) => ({ type: 'document', source: { type: 'file', file_id: name } });
    const of = (...names: string[]) => outsideOf('anthropic-messages', claude(...names.map(file)))?.identity;
    expect(of('a', 'b')).toBe(of('b', 'a'));
    expect(of('a', 'b')).not.toBe(of('a'));
    expect(of('a')).toEqual(expect.any(String));
    const cache = outsideOf('gemini', { cachedContent: 'cachedContents/1' });
    expect(cache?.identity).toEqual(expect.any(String));
    const uri = 'https://generativelanguage.googleapis.com/v1beta/files/abc';
    expect(outsideOf('gemini', gemini({ fileData: { fileUri: uri } }))?.identity).toEqual(expect.any(String));
  });

  test.each([
    [claude({ source: { type: 'url', url: 'https://x' } })],
    [claude({ source: { file_id: 'f' } }, { source: { url: 'https://x' } })],
    [claude({ source: { file_id: 'https://x' } })],
    [{ ...claude({ source: { file_id: 'f' } }), mcp_servers: [{ url: 'https://x' }] }],
    [claude({ source: { file_id: 'f'.repeat(5000) } })],
  ])('is not known again where it may change: %j', (body) => {
    expect(outsideOf('anthropic-messages', body)).toMatchObject({
      unbounded: expect.any(String),
      identity: undefined,
    });
  });
});

describe('input that has a bound', () => {
  test('is a picture to fetch, at what vendors scale it down to', () => {
    const picture = {
      type: 'image_url',
      image_url: { url: 'https://x.test/a/b.JPEG?size=1', detail: 'high' },
    };
    expect(outsideOf('openai-chat', { model: 'gpt-5', ...chat(picture, picture) })).toMatchObject({
      unbounded: undefined,
      pictureTokens: 24_000,
    });
    expect(outsideOf('openai-chat', { model: 'gpt-4o-mini', ...chat(picture) })?.pictureTokens).toBe(48_169);
    const input = responses({ type: 'input_image', image_url: 'https://x.test/b.png' });
    expect(outsideOf('openai-responses', input)?.pictureTokens).toBe(12_000);
  });

  test.each<[string, string, object, number]>([
    [
      'searches as often as the request says',
      'anthropic-messages',
      { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 8 }] },
      80_000,
    ],
    [
      'a few searches where it does not say',
      'openai-responses',
      { tools: [{ type: 'function', name: 'x' }, { type: 'web_search' }] },
      50_000,
    ],
    [
      'no more than all tools may be called',
      'openai-responses',
      { max_tool_calls: 1, tools: [{ type: 'web_search' }] },
      10_000,
    ],
    [
      'fetches of a stated size',
      'anthropic-messages',
      { tools: [{ type: 'web_fetch_20250910', max_uses: 2, max_content_tokens: 3000 }] },
      6000,
    ],
    ['a search of the chat API', 'openai-chat', { web_search_options: {} }, 50_000],
    ['pages of Gemini’s fetch', 'gemini', { tools: [{ urlContext: {} }] }, 500_000],
    ['a search of Gemini’s', 'gemini', { tools: [{ googleSearch: {} }] }, 50_000],
  ])('is what tools of the server bring in: %s (%s)', (_what, id, body, tokens) => {
    expect(outsideOf(id, body)).toMatchObject({ unbounded: undefined, toolTokens: tokens });
  });
});

const PDF = `JVBERi0xLjcK${'A'.repeat(6000)}`;
const PNG = `iVBORw0KGgo${'A'.repeat(20_000)}`;

describe('media that stand in the request', () => {
  const source = (media_type: string, data: string, rest: object = {}) => ({
    source: { data, type: 'base64', media_type, ...rest },
  });

  test.each<[string, string, object]>([
    ['a picture', 'anthropic-messages', claude({ type: 'image', ...source('image/png', PNG) })],
    [
      'one in a tool result',
      'anthropic-messages',
      claude({ type: 'tool_result', content: [{ type: 'image', ...source('image/jpeg', PNG) }] }),
    ],
    ['a picture', 'openai-chat', chat({ image_url: { url: `data:image/png;base64,${PNG}` } })],
    ['one by its short form', 'openai-chat', chat({ image_url: `  data:image/png;base64,${PNG}` })],
    ['a picture', 'openai-responses', responses({ image_url: `data:image/webp;base64,${PNG}` })],
    [
      'one in a tool result',
      'openai-responses',
      { input: [{ output: [{ type: 'input_image', image_url: `data:image/png;base64,${PNG}` }] }] },
    ],
    ['a picture', 'gemini', gemini({ inlineData: { mimeType: 'image/png', data: PNG } })],
    [
      'one in a tool result, in the other spelling',
      'gemini',
      gemini({ function_response: { parts: [{ inline_data: { data: PNG, mime_type: 'image/png' } }] } }),
    ],
  ])('count as what they are scaled down to: %s (%s)', (_what, id, body) => {
    const outside = outsideOf(id, body);
    expect(outside).toMatchObject({ unbounded: undefined, pictureTokens: 12_000, documentTokens: 0 });
    expect(outside?.flatPictureTokens).toBe(0);
    expect(outside?.inlineBytes).toBeGreaterThan(20_000);
    expect(outside?.inlineBytes).toBeLessThan(20_060);
  });

  test('are flat where they may be more tokens than bytes', () => {
    const flat = claude({ type: 'image', ...source('image/png', 'iVBORw0KGgo') });
    expect(outsideOf('anthropic-messages', flat)?.flatPictureTokens).toBe(12_000 - 13);
    const dear = { model: 'gpt-4o-mini', ...chat({ image_url: { url: `data:image/png;base64,${PNG}` } }) };
    expect(outsideOf('openai-chat', dear)).toMatchObject({ pictureTokens: 48_169 });
  });

  test.each<[string, string, object]>([
    ['a PDF', 'anthropic-messages', claude({ type: 'document', ...source('application/pdf', PDF) })],
    ['a PDF that says it is a picture', 'anthropic-messages', claude(source('image/png', PDF))],
    ['a PDF', 'gemini', gemini({ inlineData: { mimeType: 'application/pdf', data: PDF } })],
    ['a film', 'gemini', gemini({ inlineData: { mimeType: 'video/mp4', data: PDF } })],
    ['a file', 'openai-chat', chat({ file: { file_data: `data:application/pdf;base64,${PDF}` } })],
    ['a file without its type', 'openai-chat', chat({ file: { filename: 'a.pdf', file_data: PDF } })],
    ['sound', 'openai-chat', chat({ input_audio: { format: 'mp3', data: PDF } })],
    ['a file', 'openai-responses', responses({ file_data: `data:application/pdf;base64,${PDF}` })],
  ])('count as a hundred pages: %s (%s)', (_what, id, body) => {
    const outside = outsideOf(id, body);
    expect(outside).toMatchObject({ unbounded: undefined, pictureTokens: 0, documentTokens: 300_000 });
    expect(outside?.inlineBytes).toBeGreaterThan(6000);
    expect(outside?.leastDocumentTokens).toBe(Math.ceil((outside?.inlineBytes ?? 0) / 2));
  });

  test('are held at ten pages in any case where they are large', () => {
    const large = claude(source('application/pdf', PDF + 'A'.repeat(100_000)));
    expect(outsideOf('anthropic-messages', large)?.leastDocumentTokens).toBe(30_000);
  });

  test.each<[string, string, object]>([
    ['without its type', 'gemini', gemini({ inlineData: { data: PNG } })],
    [
      'of a kind that is text',
      'gemini',
      gemini({ inlineData: { mimeType: 'application/x-python', data: PNG } }),
    ],
    [
      'of two kinds',
      'gemini',
      gemini({ inlineData: { mimeType: 'image/png', mime_type: 'text/plain', data: PNG } }),
    ],
    ['that may be text', 'anthropic-messages', claude(source('image/png', PNG, { type: 'text ' }))],
    ['in bare base64', 'openai-chat', chat({ image_url: { url: PNG } })],
  ])('keep their bytes where these may yet be text: %s (%s)', (_what, id, body) => {
    expect(outsideOf(id, body)).toMatchObject({
      unbounded: undefined,
      inlineBytes: 0,
      documentTokens: 300_000,
    });
  });
});

describe('a count that may tell too little', () => {
  const edits = (...types: string[]) => ({ context_management: { edits: types.map((type) => ({ type })) } });

  test.each<[string, object]>([
    ['anthropic-messages', edits('clear_tool_uses_20250919')],
    ['anthropic-messages', edits('clear_thinking_20251015', 'compact_20260112')],
    ['anthropic-messages', { context_management: { edits: [{ trigger: {} }] } }],
    ['openai-responses', { context_management: [{ type: 'compaction', compact_threshold: 1000 }] }],
    ['openai-responses', { truncation: 'auto' }],
    ['openai-chat', { transforms: ['middle-out'] }],
    ['openai-chat', { plugins: [{ id: 'context-compression' }] }],
    ['openai-chat', { extra_body: { transforms: ['middle-out'] } }],
    ['openai-chat', { compaction: {} }],
    ['anthropic-messages', { tools: [{ type: 'code_execution_20260120', name: 'code_execution' }] }],
  ])('is one of %s with %j', (id, body) => {
    expect(outsideOf(id, body)?.mayDrop).toBe(true);
  });

  test.each<[string, object]>([
    [
      'anthropic-messages',
      { context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } },
    ],
    [
      'anthropic-messages',
      {
        context_management: {
          edits: [{ type: 'clear_thinking_20251015', keep: { type: 'thinking_turns', value: 1 } }],
        },
      },
    ],
    ['anthropic-messages', { context_management: { edits: [] } }],
    ['openai-responses', { truncation: 'disabled' }],
    ['openai-chat', { transforms: [] }],
    ['openai-chat', { transforms: null }],
  ])('is none of %s with %j', (id, body) => {
    expect(outsideOf(id, body)).toBeUndefined();
  });
});

/** What agents send: reference shapes of Claude Code, Codex, Gemini CLI, Qwen Code and others. */
describe('a request that holds all of its input', () => {
  test.each<[string, string, object]>([
    [
      'tools of the client, calls with addresses in them, and their results',
      'anthropic-messages',
      {
        tools: [
          {
            name: 'WebFetch',
            input_schema: {
              type: 'object',
              properties: { url: { type: 'string' }, file_id: { type: 'string' } },
            },
          },
          { type: 'custom', name: 'x', input_schema: { type: 'object' } },
          { type: 'bash_20250124', name: 'bash' },
        ],
        messages: [
          {
            role: 'assistant',
            content: [
              {
                type: 'tool_use',
                id: '1',
                name: 'WebFetch',
                input: { url: 'https://x', source: { type: 'url', url: 'https://x', file_id: 'f' } },
              },
            ],
          },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: '1',
                content: 'https://x "file_id":"f" {"source":{"url":"https://x"}}',
              },
            ],
          },
          {
            role: 'assistant',
            content: [
              {
                type: 'web_search_tool_result',
                content: [{ type: 'web_search_result', url: 'https://x', encrypted_content: 'E' }],
              },
              {
                type: 'text',
                text: 'x',
                citations: [{ type: 'web_search_result_location', url: 'https://x' }],
              },
            ],
          },
        ],
      },
    ],
    [
      'a document of text',
      'anthropic-messages',
      claude({ type: 'document', source: { type: 'text', data: 'see https://x\n' } }),
    ],
    [
      'a call with an address in it',
      'openai-chat',
      {
        messages: [
          { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{"url":"https://x"}' } }] },
        ],
      },
    ],
    [
      'items of earlier answers',
      'openai-responses',
      {
        input: [
          { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'E' },
          {
            type: 'message',
            id: 'msg_1',
            role: 'assistant',
            content: [
              {
                type: 'output_text',
                text: 'x',
                annotations: [
                  { type: 'url_citation', url: 'https://x' },
                  { type: 'file_citation', file_id: 'f' },
                ],
              },
            ],
          },
          {
            type: 'web_search_call',
            id: 'ws_1',
            status: 'completed',
            action: { type: 'open_page', url: 'https://x' },
          },
        ],
        tools: [
          { type: 'function', name: 'x' },
          { type: 'custom', name: 'apply_patch' },
          { type: 'local_shell' },
          { type: 'namespace', name: 'n', tools: [{ type: 'function' }] },
        ],
      },
    ],
    [
      'a call and text in base64',
      'gemini',
      {
        ...gemini(
          { inlineData: { mimeType: 'text/plain', data: 'aGVsbG8=' } },
          { functionCall: { name: 'f', args: { fileData: { fileUri: 'https://x' } } } },
        ),
        tools: [{ functionDeclarations: [{ name: 'f' }] }],
      },
    ],
  ])('%s (%s)', (_what, id, body) => {
    expect(outsideOf(id, body)).toBeUndefined();
  });
});

test('a prompt that the server keeps may have large variables', () => {
  const body = { prompt: { id: 'pmpt_1', variables: { doc: 'text '.repeat(20_000) } } };
  expect(outsideOf('openai-responses', body)).toBeUndefined();
});
