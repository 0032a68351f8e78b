/**
 * An issue with a label as a gate that cannot be lost: while it is open, the gate is closed. Closing it opens the gate, and
 * GitHub keeps who did that and when.
 *
 * Only issues of the token's own login and of the Actions app count: anybody can copy title, text and hidden line of one.
 * An issue that a machine closed without saying so in the hidden line was closed by another workflow (one that tidies
 * stale issues, say), which is no person's decision: the gate stays closed. Nor is a pull request that says `Fixes #1`.
 * @see https://docs.github.com/rest/issues/issues
 */
import { withDeadline } from '../core/deadline.js';
import { AppError, describeError } from '../core/errors.js';
import {
  blindGate,
  type GateEntry,
  type GateReading,
  type GateSource,
  gateReading,
  isStillClosed,
  isTrustedRun,
  laterEnd,
  outlastedBy,
  readFrom,
} from '../core/gate.js';
import { escapeMarkdown } from '../core/markdown.js';
import type { ReportLink } from '../core/report.js';
import { oneLine } from '../core/text.js';
import type { GitHub, Issue, IssueAccess } from '../ports/github.js';
import type { GateStore, Kept, Saved, StoreContext } from '../ports/store.js';
import { GATE_LABEL, gateBody, gateReport, gateTitle, markerOf, withMarker } from './shared/gate-issue.js';
import {
  closingOf,
  findGateIssues,
  type GateIssue,
  type GateIssues,
  type ReadEntry,
} from './shared/gate-issues.js';
import { decideClosed, decideIssues, type IssueReader } from './shared/issue-decision.js';

const DEADLINE_MS = 20_000;
const LATE = `GitHub's API did not answer within ${DEADLINE_MS / 1000} s`;
const MAX_LOGIN = 60;
/** As an end that no other one is later than. */
const NEVER = '9999-12-31T00:00:00Z';
const MAX_LINKS = 5;

export class IssueGateStore implements GateStore {
  readonly id = 'issue-label';
  readonly #github: GitHub | undefined;
  readonly #context: StoreContext;
  /** What was read last, by gate. */
  readonly #seen = new Map<string, GateIssues>();

  constructor(context: StoreContext) {
    this.#context = context;
    this.#github = context.github;
  }

  async readGate(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    const at = this.#context.clock.now();
    const blind = (why: string) => readFrom(this.id, at, blindGate(why), ['everything']);
    const reading = this.#read(gate, blockForMs).catch((error: unknown) =>
      blind(`Issues could not be read: ${explained(error)}.`),
    );
    return withDeadline(reading, DEADLINE_MS, () => blind(`${LATE}.`));
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    // That nothing was ever said is what no issue says already; and it opens nothing.
    if (entry.isFirst) return { saved: true };
    const saving = (entry.closed ? this.#close(entry) : this.#open(entry)).catch(
      (error: unknown): Saved => ({ saved: false, reason: explained(error) }),
    );
    return withDeadline<Saved>(saving, DEADLINE_MS, () => ({ saved: false, reason: LATE }));
  }

  async tendGate(gate: string): Promise<readonly string[]> {
    const issues = this.#seen.get(gate);
    if (issues === undefined || issues.open.length === 0 || !isTrustedRun(this.#context)) return [];
    const tended = this.#tidy(issues).catch((error: unknown) => [
      `The issue of the gate could not be tidied: ${explained(error)}.`,
    ]);
    return withDeadline<readonly string[]>(tended, DEADLINE_MS, () => [`${LATE}.`]);
  }

  async #read(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    const now = this.#context.clock.now();
    const access = this.#context.changesGates ? 'write' : 'read';
    const issues = await findGateIssues(this.#api(), gate, access);
    this.#seen.set(gate, issues);
    const { entry, evidence } = await decideIssues(issues, this.#reader(access), blockForMs);
    const reading = gateReading(entry, now, blockForMs, evidence);
    // Issues are not evicted: where none was ever made, the gate was never closed.
    const decided: GateReading = entry ? reading : { ...reading, state: 'open' };
    return readFrom(this.id, now, decided, issues.unseen, linksOf(issues, { now, blockForMs }));
  }

  async #close(entry: GateEntry): Promise<Saved> {
    const { runUrl } = this.#context;
    const { open, lastClosed } = await findGateIssues(this.#api(), entry.gate, 'write');
    const [known] = open;
    if (known === undefined) {
      const longer = await this.#lengthened(entry, lastClosed);
      const made = await this.#create(longer);
      return made.saved ? { ...made, ...outlastedBy(entry.until, longer.until) } : made;
    }
    // A closing never shortens another one.
    const end = endNow(closingOf(known), this.#context.clock.now());
    const until = end === 'over' ? entry.until : laterEnd(entry.until, end);
    const github = this.#api();
    await github.updateIssue(known.issue.number, { body: gateBody(entry, until, runUrl) });
    await this.#say(known.issue, `Closed again.\n\n${gateReport(entry, runUrl)}`);
    return { ...keptIn(known.issue), ...outlastedBy(entry.until, until) };
  }

  /** Also where the issue of the closing before was closed by nobody who may. */
  async #lengthened(entry: GateEntry, lastClosed: GateIssue | undefined): Promise<GateEntry> {
    if (lastClosed === undefined || entry.until === undefined) return entry;
    // What cannot be read keeps no gate from being closed.
    const before = await decideClosed(lastClosed, this.#reader('write')).catch(() => undefined);
    const end = before?.entry.closed ? endNow(before.entry, this.#context.clock.now()) : 'over';
    return end === 'over' ? entry : { ...entry, until: laterEnd(entry.until, end) };
  }

  async #create(entry: GateEntry): Promise<Saved> {
    const github = this.#api();
    const body = gateBody(entry, entry.until, this.#context.runUrl);
    const issue = await github.createIssue({ title: gateTitle(entry.gate), body, labels: [GATE_LABEL] });
    if (!issue.labels.includes(GATE_LABEL))
      return {
        saved: false,
        reason: `issue #${issue.number} did not get the label ${GATE_LABEL}, so no run would find it: the token may not set labels`,
      };
    // Another run may have made one at the same moment; the gate is closed either way.
    const issues = await findGateIssues(github, entry.gate, 'write').catch(() => undefined);
    if (issues !== undefined) await this.#closeTwins(issues).catch(() => undefined);
    return keptIn(issues?.open[0]?.issue ?? issue);
  }

  async #open(entry: GateEntry): Promise<Saved> {
    if (!isTrustedRun(this.#context))
      return {
        saved: false,
        reason: 'an issue that closes a gate is closed by runs on the default branch only',
      };
    const { open, lastClosed } = await findGateIssues(this.#api(), entry.gate, 'write');
    const word = `Opened by ${escapeMarkdown(oneLine(entry.actor, MAX_LOGIN))}: ${escapeMarkdown(entry.reason)}`;
    for (const one of open) await this.#endIssue(one, entry, word);
    // One that some other workflow closed is told that somebody has decided now.
    if (open.length === 0 && lastClosed !== undefined) {
      const before = await decideClosed(lastClosed, this.#reader('write')).catch(() => undefined);
      if (before === undefined || before.entry.closed) await this.#endIssue(lastClosed, entry, word);
    }
    return { saved: true };
  }

  /** What decides comes first; the word is for people. */
  async #endIssue({ issue, marker }: GateIssue, entry: GateEntry, word: string): Promise<void> {
    const { at, run, actor, reason } = markerOf(entry).closed;
    const body = withMarker(issue.body, { ...marker, opened: { at, run, actor, reason } });
    await this.#api().updateIssue(issue.number, { body, state: 'closed' });
    await this.#say(issue, word);
  }

  /** A word for people, which decides nothing: where it cannot be left, it is not. */
  async #say({ number }: Issue, word: string): Promise<void> {
    await this.#api()
      .commentOnIssue(number, `${word}\n`)
      .catch(() => undefined);
  }

  /** That a time is over is no opening: another store may hold a later closing, which goes on. */
  async #tidy(issues: GateIssues): Promise<readonly string[]> {
    const now = this.#context.clock.now();
    const over = issues.open.filter((one) => !isStillClosed(closingOf(one), now, undefined));
    for (const one of over) {
      await this.#api().updateIssue(one.issue.number, { state: 'closed' });
      await this.#say(one.issue, `The time of this closing is over (${closingOf(one).until}).`);
    }
    const open = issues.open.filter((one) => !over.includes(one));
    const twins = await this.#closeTwins({ ...issues, open });
    return [
      ...over.map(({ issue }) => `Issue #${issue.number} was closed, since its time is over.`),
      ...twins.map((number) => `Issue #${number} was closed, since an older one says the same.`),
    ];
  }

  /** Of several, the oldest of those that end last counts. Numbers of those that were closed. */
  async #closeTwins({ open }: Pick<GateIssues, 'open'>): Promise<readonly number[]> {
    const endMs = (one: GateIssue) => Date.parse(closingOf(one).until ?? NEVER);
    const [first, ...twins] = open.toSorted((a, b) => endMs(b) - endMs(a));
    if (first === undefined) return [];
    for (const { issue, marker } of twins) {
      const twinOf = first.issue.number;
      const body = withMarker(issue.body, { ...marker, twinOf });
      await this.#api().updateIssue(issue.number, { body, state: 'closed' });
      await this.#say(issue, `#${twinOf} says the same, and is the one that counts.`);
    }
    return twins.map(({ issue }) => issue.number);
  }

  #reader(access: IssueAccess): IssueReader {
    return { github: this.#api(), access, now: this.#context.clock.now() };
  }

  #api(): GitHub {
    if (this.#github !== undefined) return this.#github;
    throw new AppError('github-failed', 'There is no token to ask GitHub with.', {
      hint: 'Give `github-token`.',
    });
  }
}

/** Until when a closing keeps the gate closed: `over` where its time has come. */
function endNow(closing: ReadEntry, now: Date): string | 'over' | undefined {
  return isStillClosed(closing, now, undefined) ? closing.until : 'over';
}

function linksOf(
  { open, lastClosed }: GateIssues,
  { now, blockForMs }: { readonly now: Date; readonly blockForMs: number | undefined },
): Pick<GateSource, 'links' | 'holding'> {
  const links = [...open, lastClosed].flatMap((one) => one?.issue ?? []).map(linkTo);
  const holding = open
    .filter((one) => isStillClosed(closingOf(one), now, blockForMs))
    .map(({ issue }) => linkTo(issue));
  return {
    ...(links.length > 0 ? { links: links.slice(0, MAX_LINKS) } : {}),
    ...(holding.length > 0 ? { holding: holding.slice(0, MAX_LINKS) } : {}),
  };
}

function linkTo({ number, url }: Issue): ReportLink {
  return { text: `issue #${number}`, url };
}

function keptIn(issue: Issue): Kept {
  const { number, url } = issue;
  return { saved: true, links: [linkTo(issue)], hint: `Closing issue #${number} (${url}) opens it as well.` };
}

/** What GitHub said, and where it is a permission, the line that grants it; without a full stop. */
function explained(error: unknown): string {
  const hint = error instanceof AppError ? ` ${error.hint}` : '';
  return `${describeError(error)}${hint}`.replace(/\.$/, '');
}
