/** The dialects by name, for whoever needs no more: in the order of their list, as a test checks. */
export const DIALECT_IDS = ['anthropic-messages', 'gemini', 'openai-responses', 'openai-chat'] as const;
