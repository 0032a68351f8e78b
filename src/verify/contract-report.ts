/** The contract report, for people and for programs: eight answers, each with its evidence and the day. */
import { escapeMarkdown } from '../core/markdown.js';
import { type Answer, answersOf, type Found } from './answers.js';
import { outcomeOf } from './conclusions.js';

const ICONS = { verified: '✅', refuted: '🛑', 'not verifiable': '❔' } as const;

export function renderContractReport(found: Found, contractYaml: string): string {
  const { gateway, at, model, label } = found;
  const version = gateway.version === undefined ? '' : ` ${escapeMarkdown(gateway.version)}`;
  const lines = [
    `# What ${escapeMarkdown(gateway.facts.title)}${version} does at its limits`,
    '',
    `Verified ${at.slice(0, 10)} with the model ${escapeMarkdown(model)} and the key ${escapeMarkdown(label)}: **${outcomeOf(found)}**.`,
    '',
    '| | Assumption | Verdict | Found | Evidence |',
    '|---|---|---|---|---|',
    ...answersOf(found).map(renderRow),
    '',
    `Other keys: ${escapeMarkdown(found.isolation ? `${found.isolation.keys ?? 'not verifiable'}, ${found.isolation.evidence}` : 'not tried')}.`,
    ...found.skipped.map((why) => `Not tried: ${escapeMarkdown(why)}.`),
    '',
    ...(contractYaml === ''
      ? ['No contract: the gateway answered no call.', '']
      : [
          '## For the policy file',
          '',
          '```yaml',
          contractYaml.trimEnd().replaceAll('```', "'''"),
          '```',
          '',
        ]),
  ];
  return lines.join('\n');
}

function renderRow({ assumption, verdict, finding, evidence }: Answer): string {
  const cells = [assumption, verdict, finding, evidence].map((cell) => escapeMarkdown(cell));
  return `| ${ICONS[verdict]} | ${cells.join(' | ')} |`;
}

export function contractReportJson(found: Found): object {
  const { gateway, at, runId, model, label, isolation, skipped } = found;
  return {
    version: 1,
    'run-id': runId,
    gateway: gateway.id,
    'gateway-version': gateway.version,
    model,
    'key-label': label,
    'verified-at': at,
    outcome: outcomeOf(found),
    answers: answersOf(found).map((answer) => ({ ...answer, date: at.slice(0, 10) })),
    keys: { verdict: isolation?.keys, evidence: isolation?.evidence },
    skipped,
  };
}
