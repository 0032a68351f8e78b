/** What the modes need to ask a gateway for its budget. */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Config } from '../config/config.js';
import type { Environment } from '../config/run-context.js';
import { withoutKey } from '../core/redact.js';
import { createHttpSend } from '../platform/http.js';
import { createMarkFile } from '../platform/mark-file.js';
import type { HttpSend } from '../ports/gateway.js';
import { gatewaysUnder } from './gateways-under.js';

const DEADLINE_MS = 30_000;
const FINGERPRINT_LENGTH = 16;

/** @param dispatcher asked for by the first request: most of what loads a mode's start is the HTTP client */
export function budgetParts(config: Config, environment: Environment, dispatcher: () => Promise<Dispatcher>) {
  const { context, task } = config;
  return {
    gateways: gatewaysUnder(config),
    deadlineMs: DEADLINE_MS,
    createSend: (deadlineMs: number) =>
      withoutKeys(createLateSend(dispatcher, deadlineMs), [config.gateway.key, config.gateway.adminKey]),
    keyFingerprint: fingerprintOf(config),
    markFile: createMarkFile({ jobDir: context.jobDir, task, hasVariables: context.isActions, environment }),
  };
}

/** The deadline of all its requests begins with the first. */
function createLateSend(dispatcher: () => Promise<Dispatcher>, deadlineMs: number): HttpSend {
  let send: Promise<HttpSend> | undefined;
  return async (request) => {
    send ??= dispatcher().then((opened) => createHttpSend(opened, deadlineMs));
    return (await send)(request);
  };
}

/** A gateway may repeat a key in its errors, whose words go where no runner masks them: into checks, outputs and comments. */
function withoutKeys(send: HttpSend, keys: readonly (string | undefined)[]): HttpSend {
  return async (request) => {
    const answer = await send(request);
    return { ...answer, text: keys.reduce(withoutKey, answer.text) };
  };
}

/** Tells keys apart without holding one: a key is long and random, and only part of its checksum is kept. */
function fingerprintOf({ gateway }: Config): string | undefined {
  const { id, url, budgetUrl, key, adminKey, scope, mapping } = gateway;
  const secret = key ?? adminKey;
  if (id === undefined || secret === undefined) return undefined;
  const parts = [id, url, budgetUrl, mapping?.url, secret, JSON.stringify(scope)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, FINGERPRINT_LENGTH);
}
