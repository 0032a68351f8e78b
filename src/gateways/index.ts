/** Who can be paid. The input `gateway` takes these ids. */
import type { Gateway } from '../ports/gateway.js';
import { anthropic } from './anthropic.js';
import { azureOpenai } from './azure-openai.js';
import { bedrock } from './bedrock.js';
import { bifrost } from './bifrost.js';
import { cloudflare } from './cloudflare.js';
import { cometapi } from './cometapi.js';
import { dashscope } from './dashscope.js';
import { deepseek } from './deepseek.js';
import { envoy } from './envoy.js';
import { gemini } from './gemini.js';
import { githubCopilot } from './github-copilot.js';
import { helicone } from './helicone.js';
import { http } from './http.js';
import { kong } from './kong.js';
import { ledger } from './ledger.js';
import { litellm } from './litellm.js';
import { merge } from './merge.js';
import { moonshot } from './moonshot.js';
import { newApi } from './new-api.js';
import { oneApi } from './one-api.js';
import { openai } from './openai.js';
import { openrouter } from './openrouter.js';
import { portkey } from './portkey.js';
import { tensorzero } from './tensorzero.js';
import { venice } from './venice.js';
import { vercel } from './vercel.js';
import { zhipu } from './zhipu.js';

export const gateways: readonly Gateway[] = [
  litellm,
  newApi,
  oneApi,
  cometapi,
  openrouter,
  bifrost,
  vercel,
  portkey,
  cloudflare,
  helicone,
  tensorzero,
  envoy,
  kong,
  merge,
  openai,
  anthropic,
  githubCopilot,
  deepseek,
  gemini,
  dashscope,
  moonshot,
  zhipu,
  venice,
  bedrock,
  azureOpenai,
  ledger,
  http,
];
