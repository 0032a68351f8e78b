/**
 * Any agent whose clients read the well-known variables. It is what every run starts from: the other agents add to it.
 * Anthropic's base URL has no `/v1`, OpenAI's has it; clients that get it wrong are set right by the meter.
 */
import type { Agent } from '../ports/agent.js';

export const generic: Agent = {
  id: 'generic',
  summary:
    '`ANTHROPIC_BASE_URL`, `OPENAI_BASE_URL`, `GOOGLE_GEMINI_BASE_URL` and a placeholder for each key.',
  detect: () => false,
  environment: ({ meterUrl, token }) => ({
    ANTHROPIC_BASE_URL: meterUrl,
    OPENAI_BASE_URL: `${meterUrl}/v1`,
    OPENAI_API_BASE: `${meterUrl}/v1`,
    GOOGLE_GEMINI_BASE_URL: meterUrl,
    ...(token === undefined
      ? {}
      : { ANTHROPIC_API_KEY: token, OPENAI_API_KEY: token, GEMINI_API_KEY: token }),
  }),
  readCaller: () => undefined,
};
