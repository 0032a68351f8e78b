/** What `verify` leaves behind: outputs, four files, and a report like every other. */
import { renderContractYaml } from '../config/contract-block.js';
import { asNotices, type Finding, finding } from '../core/findings.js';
import type { Report, ReportRow } from '../core/report.js';
import { type Answer, answersOf, type Found } from '../verify/answers.js';
import { renderAnswer } from '../verify/caller.js';
import { contractOf, logRecordOf, outcomeOf } from '../verify/conclusions.js';
import { contractReportJson, renderContractReport } from '../verify/contract-report.js';
import { reporterContext, statusOf } from './deps.js';
import { publish } from './publish.js';
import type { VerifyDeps } from './verification.js';

export async function reportVerification(deps: VerifyDeps, found: Found): Promise<void> {
  const { config, runner, reporters, writeFiles } = deps;
  const log = logRecordOf(found);
  // A gateway that answered nothing has shown nothing: no block that would wipe an older one.
  const yaml = found.happy.dialect === undefined ? '' : renderContractYaml(contractOf(found));
  runner.setOutput('test-outcome', outcomeOf(found));
  runner.setOutput('log-record', JSON.stringify(log));
  runner.setOutput('contract', yaml);
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  const [record, markdown] = writeFiles(config.verify.dir, {
    'smoke-test.json': json(log),
    'contract.md': renderContractReport(found, yaml),
    'contract.json': json(contractReportJson(found)),
    ...(yaml === '' ? {} : { 'contract.yml': yaml }),
  });
  runner.setOutput('record', record);
  runner.setOutput('contract-report', markdown);
  const findings = config.observe ? asNotices(findingsOf(found)) : findingsOf(found);
  await publish(reportOf(deps, found, findings), reporters, reporterContext(deps));
  runner.info(`spendgate: ${headlineOf(found)} Reports: ${config.verify.dir}. For the policy file:\n${yaml}`);
}

function findingsOf(found: Found): Finding[] {
  const { failure, isSent } = found.happy.answer;
  if (failure !== undefined && !isSent)
    return [
      finding(
        'warning',
        'nothing-sent',
        'Nothing was tried',
        'What may be spent does not pay for one short call.',
        {
          advice: 'Raise `verify-max-cost`, or take a cheaper model.',
        },
      ),
    ];
  if (failure !== undefined)
    return [
      finding(
        'error',
        'no-answer',
        'The first call was refused',
        `${failure.kind}: ${[renderAnswer(found.happy.answer), failure.evidence].join(', ').replace(/\.+$/, '')}.`,
        {
          advice:
            found.happy.answer.status === 0
              ? 'Nothing answered: check `gateway-url`, and whether this machine can reach it.'
              : 'Check the key, the model and what is left of the test budget.',
        },
      ),
    ];
  const refuted = answersOf(found)
    .filter(({ verdict }) => verdict === 'refuted')
    .map(({ id, finding: seen, evidence, assumption }) =>
      finding('error', `refuted-${id}`, `Not so: ${assumption.replace(/\.$/, '')}`, `${seen}: ${evidence}.`),
    );
  const { isolation, skipped } = found;
  if (skipped.length > 0)
    refuted.push(finding('warning', 'not-tried', 'Not everything was tried', `${skipped.join('; ')}.`));
  if (isolation?.keys !== 'shared') return refuted;
  return [...refuted, finding('error', 'budget-shared', 'Keys are not separate', `${isolation.evidence}.`)];
}

const ROW_VERDICTS = { verified: 'ok', refuted: 'bad', 'not verifiable': 'unknown' } as const;

function reportOf({ config }: VerifyDeps, found: Found, findings: readonly Finding[]): Report {
  const version = found.gateway.version === undefined ? '' : ` ${found.gateway.version}`;
  return {
    mode: 'verify',
    task: found.gateway.id,
    key: `verify-${found.gateway.id}`,
    status: statusOf(findings),
    headline: headlineOf(found),
    rows: answersOf(found).map(toRow),
    facts: [
      ['Gateway', `${found.gateway.facts.title}${version}`],
      ['Model', found.model],
      ['Calls', String(found.tally.requests)],
      ...(found.isolation ? [['Other keys', found.isolation.evidence] as const] : []),
      ...found.skipped.map((why) => ['Not tried', why] as const),
    ],
    findings,
    gate: undefined,
    runUrl: config.context.runUrl,
  };
}

function toRow({ assumption, verdict, finding: seen }: Answer): ReportRow {
  return {
    label: assumption,
    observed: seen,
    expected: verdict,
    limit: '',
    share: undefined,
    verdict: ROW_VERDICTS[verdict],
  };
}

export function headlineOf(found: Found): string {
  const answers = answersOf(found);
  const count = (verdict: Answer['verdict']) => answers.filter((answer) => answer.verdict === verdict).length;
  return `Smoke test of ${found.gateway.id}: ${outcomeOf(found)}. ${count('verified')} verified, ${count('refuted')} refuted, ${count('not verifiable')} not verifiable${found.isolation?.keys === 'shared' ? '; keys share a budget' : ''}.`;
}
