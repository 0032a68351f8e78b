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
    ['a cache', 'gemini', { cachedContent: 'cachedContents/1' }, 'cachedContent'],
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
      'a picture in base64',
      'anthropic-messages',
      claude({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: '/9j/4AAQ' } }),
    ],
    [
      'a document of text',
      'anthropic-messages',
      claude({ type: 'document', source: { type: 'text', data: 'see https://x\n' } }),
    ],
    [
      'a picture in base64',
      'openai-chat',
      chat({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }),
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
      'a picture and a file in base64',
      'openai-responses',
      responses(
        { type: 'input_image', image_url: 'data:image/png;base64,iVBO' },
        { type: 'input_file', file_data: 'data:application/pdf;base64,JVBE' },
      ),
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
      'a call and a picture in base64',
      'gemini',
      {
        ...gemini(
          { inlineData: { mimeType: 'image/png', data: 'iVBO' } },
          { functionCall: { name: 'f', args: { fileData: { fileUri: 'https://x' } } } },
        ),
        tools: [{ functionDeclarations: [{ name: 'f' }] }],
      },
    ],
  ])('%s (%s)', (_what, id, body) => {
    expect(outsideOf(id, body)).toBeUndefined();
  });
});
