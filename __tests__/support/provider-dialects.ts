/** How the scripted provider reads a conversation and writes an answer, in each of the four dialects. */

import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Bill, Script } from './provider.js';

/** One thing the model asks for: a shell command, or a subagent. */
export type Step = { readonly shell: string } | { readonly task: string };

export interface Answer {
  readonly json: unknown;
  /** Whole events with their blank line, for a stream; `undefined` for a plain answer. */
  readonly events?: string[];
}

interface Turn {
  readonly text: string;
  readonly call: { readonly name: string; readonly args: Record<string, unknown> } | undefined;
}

interface AnswerContext {
  readonly body: unknown;
  readonly path: string;
  readonly script: Script;
  readonly headers: IncomingHttpHeaders;
}

interface ScriptedDialect {
  owns(path: string): boolean;
  /** `bill` is `undefined` when the provider leaves usage out. */
  answer(context: AnswerContext, bill: Bill | undefined): Answer;
}

/** Loose JSON: this is a test double that reads whatever agents send. */
type Json = { [key: string]: Json } & Json[] & string;

const FINAL = 'SCRIPTED FINAL ANSWER';
const SUBAGENT_MARK = 'SCRIPTED-SUBAGENT';
const id = (prefix: string) => `${prefix}${randomBytes(8).toString('hex')}`;
const sse = (data: unknown, event?: string) =>
  `${event ? `event: ${event}\n` : ''}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

interface Tool {
  readonly name: string;
  readonly namespace?: string;
  readonly schema: Json | undefined;
  /** What the agent says of it; the kinds of subagents stand here where they are no choice of the schema. */
  readonly about?: string;
  /** A tool that takes program text instead of arguments: Codex runs its shell through one. */
  readonly takesCode?: boolean;
}

/** What the model says next, from how many tool calls the history holds. */
function nextTurn(
  { script, headers, body }: AnswerContext,
  rounds: number,
  tools: readonly Tool[],
): Turn & { readonly tool?: Tool } {
  const isSubagent = isSubagentCall(headers, body);
  const step = (isSubagent ? (script.subagentTurns ?? []) : (script.turns ?? []))[rounds];
  const final = isSubagent ? 'SCRIPTED SUBAGENT ANSWER' : (script.final ?? FINAL);
  if (step === undefined || tools.length === 0) return { text: final, call: undefined };
  const isTask = 'task' in step;
  const tool = tools.find(({ name }) =>
    (isTask
      ? /^(task|agent|spawn_agent|invoke_agent|delegate|subagent)$/i
      : /^(bash|shell|exec_command|run_commands|run_shell_command|shell_command|exec)$/i
    ).test(name),
  );
  if (tool === undefined) return { text: final, call: undefined };
  const wanted = isTask
    ? {
        prompt: `${SUBAGENT_MARK} ${step.task}`,
        message: `${SUBAGENT_MARK} ${step.task}`,
        task: `${SUBAGENT_MARK} ${step.task}`,
        description: 'scripted',
        task_name: 'scripted',
        agent_name: 'generalist',
        subagent_type: tool.about?.includes('general-purpose') === false ? 'general' : 'general-purpose',
      }
    : { command: step.shell, cmd: step.shell, commands: step.shell, description: 'scripted' };
  return { text: 'Working.', call: { name: tool.name, args: fill(tool.schema, wanted) }, tool };
}

/** True for a call of a subagent that a script started: its headers say so, or its first message holds the mark. */
export function isSubagentCall(headers: IncomingHttpHeaders, body: unknown): boolean {
  return (
    headers['x-claude-code-agent-id'] !== undefined ||
    headers['x-openai-subagent'] !== undefined ||
    firstUserSaysSubagent(body)
  );
}

function firstUserSaysSubagent(body: unknown): boolean {
  const { messages, input, contents } = (body ?? {}) as Json;
  const turns = list(messages ?? input ?? contents);
  const end = turns.findIndex(
    ({ role, type }) => /^(?:assistant|model)$/.test(String(role)) || /_call$/.test(String(type ?? '')),
  );
  return JSON.stringify(
    (end < 0 ? turns : turns.slice(0, end)).filter(({ role }) => String(role) === 'user'),
  ).includes(SUBAGENT_MARK);
}

/** Arguments that a tool's schema takes, out of what is wanted; required ones that are not wanted get a stand-in. */
function fill(schema: Json | undefined, wanted: Record<string, string>): Record<string, unknown> {
  const properties = Object.keys(schema?.['properties'] ?? wanted);
  const args: Record<string, unknown> = {};
  for (const name of properties) {
    const value = wanted[name];
    if (value !== undefined) args[name] = argument(schema?.['properties']?.[name], name, value);
  }
  for (const name of list(schema?.['required']).map(String))
    args[name] ??= argument(schema?.['properties']?.[name], name, 'scripted');
  return args;
}

/** A list is an argv where it is called `command`, and a list of whole commands elsewhere; a choice is one of its values. */
function argument(schema: Json | undefined, name: string, value: string): unknown {
  if (String(schema?.['type'] ?? 'string') === 'array')
    return name === 'command' ? ['bash', '-lc', value] : [value];
  const choices = list(schema?.['enum']).map(String);
  return choices.length === 0 || choices.includes(value) ? value : choices[0];
}

const anthropic: ScriptedDialect = {
  owns: (path) => path.endsWith('/messages'),
  answer: (context, bill) => {
    const body = context.body as Json;
    const rounds = list(body['messages']).filter(
      ({ role, content }) =>
        String(role) === 'assistant' && list(content).some(({ type }) => String(type) === 'tool_use'),
    ).length;
    const tools = list(body['tools']).map((tool) => ({
      name: String(tool['name']),
      about: String(tool['description']),
      schema: tool['input_schema'],
    }));
    const { text, call } = nextTurn(context, rounds, tools);
    const usage = (output: number) =>
      bill && {
        input_tokens: bill.input,
        cache_read_input_tokens: bill.cacheRead,
        cache_creation_input_tokens: bill.cacheWrite,
        cache_creation: { ephemeral_5m_input_tokens: bill.cacheWrite, ephemeral_1h_input_tokens: 0 },
        output_tokens: output,
      };
    const blocks: Record<string, unknown>[] = [{ type: 'text', text }];
    if (call) blocks.push({ type: 'tool_use', id: id('toolu_'), name: call.name, input: call.args });
    const stop = call ? 'tool_use' : 'end_turn';
    const message = {
      id: id('msg_'),
      type: 'message',
      role: 'assistant',
      model: context.script.answeringModel ?? body['model'],
      content: blocks,
      stop_reason: stop,
      stop_sequence: null,
      usage: usage(bill?.output ?? 0),
    };
    if (String(body['stream']) !== 'true') return { json: message };
    const events = [
      sse(
        { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: usage(1) } },
        'message_start',
      ),
    ];
    for (const [index, block] of blocks.entries()) {
      const isText = block['type'] === 'text';
      events.push(
        sse(
          {
            type: 'content_block_start',
            index,
            content_block: isText ? { type: 'text', text: '' } : { ...block, input: {} },
          },
          'content_block_start',
        ),
      );
      const delta = isText
        ? { type: 'text_delta', text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block['input']) };
      events.push(sse({ type: 'content_block_delta', index, delta }, 'content_block_delta'));
      events.push(sse({ type: 'content_block_stop', index }, 'content_block_stop'));
    }
    events.push(
      sse(
        {
          type: 'message_delta',
          delta: { stop_reason: stop, stop_sequence: null },
          usage: usage(bill?.output ?? 0),
        },
        'message_delta',
      ),
    );
    events.push(sse({ type: 'message_stop' }, 'message_stop'));
    return { json: message, events };
  },
};

const chat: ScriptedDialect = {
  owns: (path) => path.endsWith('/chat/completions'),
  answer: (context, bill) => {
    const body = context.body as Json;
    const rounds = list(body['messages']).filter(({ tool_calls: calls }) => list(calls).length > 0).length;
    const tools = list(body['tools']).map((tool) => ({
      name: String(tool['function']?.['name']),
      schema: tool['function']?.['parameters'],
    }));
    const { text, call } = nextTurn(context, rounds, tools);
    const usage = bill && {
      prompt_tokens: bill.input + bill.cacheRead + bill.cacheWrite,
      completion_tokens: bill.output,
      total_tokens: bill.input + bill.cacheRead + bill.cacheWrite + bill.output,
      prompt_tokens_details: { cached_tokens: bill.cacheRead, cache_write_tokens: bill.cacheWrite },
      completion_tokens_details: { reasoning_tokens: bill.reasoning },
    };
    const calls = call
      ? [
          {
            index: 0,
            id: id('call_'),
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.args) },
          },
        ]
      : undefined;
    const base = {
      id: id('chatcmpl-'),
      created: 1_790_000_000,
      model: context.script.answeringModel ?? body['model'],
    };
    const finish = call ? 'tool_calls' : 'stop';
    const message = { role: 'assistant', content: text, ...(calls ? { tool_calls: calls } : {}) };
    const json = {
      ...base,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      ...(usage ? { usage } : {}),
    };
    if (String(body['stream']) !== 'true') return { json };
    const chunk = (delta: object, reason: string | null = null) =>
      sse({
        ...base,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: reason }],
      });
    const events = [
      chunk({ role: 'assistant', content: '' }),
      ...text.split(/(?<= )/).map((part) => chunk({ content: part })),
    ];
    if (calls) events.push(chunk({ tool_calls: calls }));
    events.push(chunk({}, finish));
    if (String(body['stream_options']?.['include_usage']) === 'true' && usage)
      events.push(sse({ ...base, object: 'chat.completion.chunk', choices: [], usage }));
    events.push(sse('[DONE]'));
    return { json, events };
  },
};

const responses: ScriptedDialect = {
  owns: (path) => path.endsWith('/responses'),
  answer: (context, bill) => {
    const body = context.body as Json;
    const items = list(body['input']);
    const rounds = items.filter(
      ({ type }, index) =>
        /_call$/.test(String(type ?? '')) && !/_call$/.test(String(items[index - 1]?.['type'] ?? '')),
    ).length;
    const offered = [
      ...list(body['tools']),
      ...items.filter(({ type }) => String(type) === 'additional_tools').flatMap(({ tools }) => list(tools)),
    ];
    const tools = offered.flatMap((tool): Tool[] =>
      String(tool['type']) === 'namespace'
        ? list(tool['tools']).map((inner) => ({
            name: String(inner['name']),
            namespace: String(tool['name']),
            schema: inner['parameters'],
          }))
        : [
            {
              name: String(tool['name'] ?? tool['type']),
              about: String(tool['description']),
              schema: tool['parameters'],
              takesCode: String(tool['type']) === 'custom',
            },
          ],
    );
    const { text, call, tool } = nextTurn(context, rounds, tools);
    const output: Record<string, unknown>[] = [
      {
        id: id('msg_'),
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ];
    if (call && tool?.takesCode) {
      const code = `const r = await tools.exec_command({cmd: ${JSON.stringify(call.args['cmd'])}}); text(JSON.stringify(r));`;
      output.push({
        id: id('ctc_'),
        type: 'custom_tool_call',
        status: 'completed',
        call_id: id('call_'),
        name: call.name,
        input: code,
      });
    } else if (call)
      output.push({
        id: id('fc_'),
        type: 'function_call',
        status: 'completed',
        call_id: id('call_'),
        name: call.name,
        ...(tool?.namespace ? { namespace: tool.namespace } : {}),
        arguments: JSON.stringify(call.args),
      });
    const usage = bill
      ? {
          input_tokens: bill.input + bill.cacheRead + bill.cacheWrite,
          input_tokens_details: { cached_tokens: bill.cacheRead, cache_write_tokens: bill.cacheWrite },
          output_tokens: bill.output,
          output_tokens_details: { reasoning_tokens: bill.reasoning },
          total_tokens: bill.input + bill.cacheRead + bill.cacheWrite + bill.output,
        }
      : null;
    const json = {
      id: id('resp_'),
      object: 'response',
      created_at: 1_790_000_000,
      status: 'completed',
      model: context.script.answeringModel ?? body['model'],
      output,
      usage,
      error: null,
      incomplete_details: null,
      parallel_tool_calls: true,
      tool_choice: 'auto',
      tools: [],
      store: false,
    };
    if (String(body['stream']) !== 'true') return { json };
    let sequence = 0;
    const event = (type: string, data: object) => sse({ type, sequence_number: sequence++, ...data }, type);
    const events = [
      event('response.created', { response: { ...json, status: 'in_progress', output: [], usage: null } }),
    ];
    for (const [index, item] of output.entries()) {
      events.push(
        event('response.output_item.added', {
          output_index: index,
          item: { ...item, status: 'in_progress' },
        }),
      );
      if (item['type'] === 'message')
        events.push(
          event('response.output_text.delta', {
            item_id: item['id'],
            output_index: index,
            content_index: 0,
            delta: text,
          }),
        );
      events.push(event('response.output_item.done', { output_index: index, item }));
    }
    events.push(event('response.completed', { response: json }));
    return { json, events };
  },
};

const gemini: ScriptedDialect = {
  owns: (path) => /\/models\/[^/]+:(?:streamG|g)enerateContent$/.test(path),
  answer: (context, bill) => {
    const body = context.body as Json;
    const [, model, action] = /\/models\/([^/:]+):(\w+)$/.exec(context.path) ?? [];
    const rounds = list(body['contents']).filter(
      ({ role, parts }) => String(role) === 'model' && list(parts).some((part) => 'functionCall' in part),
    ).length;
    const tools = list(body['tools'])
      .flatMap((tool) => list(tool['functionDeclarations']))
      .map((tool) => ({
        name: String(tool['name']),
        schema: tool['parametersJsonSchema'] ?? tool['parameters'],
      }));
    const { text, call } = nextTurn(context, rounds, tools);
    const usageMetadata = (candidates: number) =>
      bill && {
        promptTokenCount: bill.input + bill.cacheRead + bill.cacheWrite,
        cachedContentTokenCount: bill.cacheRead,
        candidatesTokenCount: candidates,
        thoughtsTokenCount: bill.reasoning,
      };
    const parts = [{ text }, ...(call ? [{ functionCall: { name: call.name, args: call.args } }] : [])];
    const make = (content: object[], isLast: boolean, candidates: number) => ({
      candidates: [
        { content: { parts: content, role: 'model' }, index: 0, ...(isLast ? { finishReason: 'STOP' } : {}) },
      ],
      modelVersion: context.script.answeringModel ?? model,
      ...(bill ? { usageMetadata: usageMetadata(candidates) } : {}),
    });
    const output = bill ? bill.output - bill.reasoning : 0;
    const json = make(parts, true, output);
    if (action !== 'streamGenerateContent') return { json };
    return {
      json,
      events: [...parts.map((part) => sse(make([part], false, 1))), sse(make([{ text: '' }], true, output))],
    };
  },
};

export const DIALECTS: readonly ScriptedDialect[] = [anthropic, chat, responses, gemini];
