/** The wire APIs the meter knows; the first that owns a request reads it, and the most particular neighbour comes first. */
import type { Dialect } from '../ports/dialect.js';
import { anthropicMessages } from './anthropic-messages.js';
import { gemini } from './gemini.js';
import { openaiChat } from './openai-chat.js';
import { openaiResponses } from './openai-responses.js';

export const dialects: readonly Dialect[] = [anthropicMessages, gemini, openaiResponses, openaiChat];
