import { describe, expect, test } from '@jest/globals';
import { isManagement, isSpending } from '../../src/meter/neighbour-routes.js';

describe('a route that makes keys, lifts limits or changes who pays is managed by nobody through the meter', () => {
  test.each([
    // LiteLLM: https://docs.litellm.ai/docs/proxy/virtual_keys, …/users, …/config_management
    'POST /key/generate',
    'POST /v2/key/info',
    'POST /end_user/new',
    'POST /customer/block',
    'POST /tag/update',
    'POST /project/new',
    'POST /team/member_add',
    'POST /model/new',
    'POST /access_group/new',
    'POST /reload/model_cost_map',
    'GET /sso/key/generate',
    'GET /key/generate',
    'GET /key/list',
    'GET /get/config/callbacks',
    'GET /config/yaml',
    // Venice: https://docs.venice.ai/api-reference/endpoint/api_keys/generate_web3_key/get
    'POST /v1/api_keys',
    'DELETE /api/v1/api_keys',
    'GET /api/v1/api_keys/generate_web3_key',
    // Bifrost: https://docs.getbifrost.ai/features/governance/virtual-keys
    'POST /api/governance/virtual-keys',
    'DELETE /api/governance/virtual-keys/vk1',
    'GET /api/governance/virtual-keys',
    'PUT /api/providers',
    'PUT /api/config',
    // Portkey: https://portkey.ai/docs/api-reference/admin-api/introduction
    'POST /v1/api-keys',
    'POST /v1/virtual-keys',
    'POST /v1/configs',
    'POST /v1/integrations',
    'PUT /v1/policies/usage-limits/p',
    'DELETE /v1/policies/usage-limits/p',
    'POST /v1/admin/users/invites',
    // OpenRouter: https://openrouter.ai/docs/features/provisioning-api-keys
    'POST /api/v1/keys',
    'GET /api/v1/keys',
    'POST /api/v1/auth/keys',
    'PATCH /api/v1/workspaces/w/budgets/monthly',
    'POST /api/v1/credits/coinbase',
    // new-api: an access token is made by a GET
    'GET /api/user/token',
    'POST /api/token/',
    // OpenAI and Anthropic: https://platform.openai.com/docs/api-reference/realtime-client-secrets
    'POST /v1/realtime/client_secrets',
    'POST /v1/realtime/sessions',
    'POST /v1/chatkit/sessions',
    'POST /v1/organization/admin_api_keys',
    'GET /v1/organizations/api_keys',
    // Gemini: https://ai.google.dev/gemini-api/docs/ephemeral-tokens
    'POST /v1alpha/auth_tokens',
    // Model Studio: https://help.aliyun.com/zh/model-studio/generate-temporary-api-key
    'POST /api/v1/tokens',
    // Azure: https://learn.microsoft.com/azure/ai-services/openai/how-to/realtime-audio-webrtc
    'POST /openai/realtimeapi/sessions',
    'GET /copilot_internal/v2/token',
    'POST /v1/oauth/token',
    'POST /V1/API_KEYS',
  ])('%s', (request) => {
    const [method = '', path = ''] = request.split(' ');
    expect(isManagement(method, path)).toBe(true);
  });

  test.each([
    'GET /v1/models',
    'GET /api/v1/models/user',
    'GET /v1/models/claude-opus-5-5',
    'GET /models',
    'GET /model/info',
    'GET /v1/model/info',
    'GET /model_group/info',
    'GET /key/info',
    'GET /api/v1/key',
    'GET /api/v1/auth/key',
    'GET /v1/key',
    'GET /api/v1/credits',
    'GET /api/v1/providers',
    'GET /api/v1/generation',
    'GET /api/usage/token',
    'GET /user/balance',
    'GET /api/v1/api_keys/rate_limits',
    'GET /api/governance/virtual-keys/quota',
    'GET /v1/api-key',
    'HEAD /api/hello',
    'GET /health',
    'GET /v1/keyboards',
    'POST /v1/messages/count_tokens',
    'POST /v1beta/models/gemini-2.5-pro:countTokens',
    'POST /utils/token_counter',
    'POST /v1/responses/input_tokens',
    'POST /v1/responses/resp_1/cancel',
    'POST /v1/responses/compact',
    'DELETE /v1/responses/resp_1',
    'POST /v1/embeddings',
    'POST /v1/files',
    'DELETE /v1/files/file_1',
    'POST /v1/images/generations',
    'POST /v1/audio/transcriptions',
    'POST /v1/moderations',
    'POST /v1/rerank',
    'POST /v1/vector_stores/vs_1/search',
    'POST /v1/threads/t/runs',
    'POST /v1/batches',
    'POST /v1beta/cachedContents',
    'POST /upload/v1beta/files',
    'POST /api/generate',
    'POST /api/chat',
    'POST /v1/completions',
    'POST /api/event_logging/batch',
    'POST /v1/traces',
    'POST /v1/projects/p/locations/eu/publishers/google/models/gemini-2.5-pro:predict',
    'POST /openai/deployments/gpt-5/embeddings',
    'POST /model/anthropic.claude-opus/invoke',
    'POST /mcp/tools/call',
  ])('%s is none such', (request) => {
    const [method = '', path = ''] = request.split(' ');
    expect(isManagement(method, path)).toBe(false);
  });
});

test('a look costs nothing, but where LiteLLM asks every model how it is', () => {
  for (const path of ['/v1/models', '/health/readiness', '/health/liveliness', '/api/hello'])
    expect(isSpending('GET', path)).toBe(false);
  for (const path of ['/health', '/v1/health']) expect(isSpending('GET', path)).toBe(true);
  expect(isSpending('POST', '/v1/embeddings')).toBe(true);
  expect(isSpending('POST', '/v1/messages/count_tokens')).toBe(false);
});

test.each([
  '/v1/chat/completions/analytics/x',
  '/v1/chat/completions/count_tokens',
  '/v1/messages/x/v1/logs',
  '/v1/chat/completions/api/hello',
  '/v1beta/models/m:generateContent/models/m:countTokens',
])('%s costs what stands in front of its end, where a gateway goes by prefixes', (path) => {
  expect(isSpending('POST', path)).toBe(true);
});

test.each([
  '/v1/analytics/codex/turn-costs',
  '/messages/count_tokens',
  '/v1/responses/input_tokens',
  '/v1beta/models/gemini-2.5-pro:countTokens',
  '/v1/traces',
])('%s costs nothing', (path) => {
  expect(isSpending('POST', path)).toBe(false);
});
