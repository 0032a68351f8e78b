/** Who can be paid. The input `gateway` takes these ids. */
import type { Gateway } from '../ports/gateway.js';
import { cometapi } from './cometapi.js';
import { http } from './http.js';
import { ledger } from './ledger.js';
import { litellm } from './litellm.js';
import { newApi } from './new-api.js';
import { oneApi } from './one-api.js';
import { openrouter } from './openrouter.js';

export const gateways: readonly Gateway[] = [litellm, newApi, oneApi, cometapi, openrouter, ledger, http];
