/** Who can work. The input `agent` takes these ids, and `auto` for "look at the command". */
import type { Agent } from '../ports/agent.js';
import { claudeCode } from './claude-code.js';
import { cline } from './cline.js';
import { codex } from './codex.js';
import { continueCli } from './continue.js';
import { copilotCli } from './copilot-cli.js';
import { geminiCli } from './gemini-cli.js';
import { generic } from './generic.js';
import { opencode } from './opencode.js';
import { pi } from './pi.js';
import { qwenCode } from './qwen-code.js';
import { withoutTexts } from './shared/command-words.js';

/** A later one goes before an earlier one where they set the same variable: Continue empties a key that others need. */
export const agents: readonly Agent[] = [
  continueCli,
  claudeCode,
  codex,
  opencode,
  geminiCli,
  qwenCode,
  copilotCli,
  cline,
  pi,
  generic,
];

/** The agents whose environment a command needs: the one named, or all that `auto` sees in it, always after `generic`. */
export function agentsFor(id: string, command: string): readonly Agent[] {
  const words = withoutTexts(command);
  const chosen = agents.filter((agent) => (id === 'auto' ? agent.detect(words) : agent.id === id));
  return [generic, ...chosen.filter((agent) => agent !== generic)];
}
