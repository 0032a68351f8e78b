/** What the modes need to ask a gateway for its budget. */
import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { Config } from '../config/config.js';
import type { Environment } from '../config/run-context.js';
import { createHttpSend } from '../platform/http.js';
import { createMarkFile } from '../platform/mark-file.js';
import { gatewaysUnder } from './metering-parts.js';

const DEADLINE_MS = 30_000;
const FINGERPRINT_LENGTH = 16;

export function budgetParts(config: Config, environment: Environment, dispatcher: Dispatcher) {
  const { context, task } = config;
  return {
    gateways: gatewaysUnder(config),
    deadlineMs: DEADLINE_MS,
    createSend: (deadlineMs: number) => createHttpSend(dispatcher, deadlineMs),
    keyFingerprint: fingerprintOf(config),
    markFile: createMarkFile({ jobDir: context.jobDir, task, hasVariables: context.isActions, environment }),
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
