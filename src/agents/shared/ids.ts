/** The agents by name, for whoever needs no more: in the order of their list, as a test checks. */
export const AGENT_IDS = [
  'continue',
  'claude-code',
  'codex',
  'opencode',
  'gemini-cli',
  'qwen-code',
  'copilot-cli',
  'cline',
  'pi',
  'generic',
] as const;
