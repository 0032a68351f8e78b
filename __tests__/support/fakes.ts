/**
 * Small stand-ins for the outside world, all in memory: a runner that records, a repository of GitHub's, a clock that
 * stands still, a store. Each keeps what was done to it in plain fields, so that a test can look.
 */
import { type Finding, type FindingLevel, finding } from '../../src/core/findings.js';
import {
  blindGate,
  decideChanges,
  type GateEntry,
  type GateReading,
  gateReading,
} from '../../src/core/gate.js';
import { mergeSpend, type SpendEntry } from '../../src/core/ledger.js';
import type { Report } from '../../src/core/report.js';
import type { BudgetMark, Sighting } from '../../src/core/sighting.js';
import type { GatewayFacts } from '../../src/ports/gateway.js';
import type {
  CacheList,
  CacheListing,
  CheckAnnotation,
  CheckConclusion,
  CheckOutput,
  CheckRun,
  CommitStatus,
  GitHub,
  Issue,
  IssueChange,
  IssueComment,
  IssueList,
  NewCheckRun,
  NewCommitStatus,
  PullRequest,
  WorkflowRun,
} from '../../src/ports/github.js';
import type { Clock, Runner } from '../../src/ports/platform.js';
import type { ReporterContext } from '../../src/ports/reporter.js';
import type { MarkFile } from '../../src/ports/run-files.js';
import type { Claim, Saved, SpendHistory, Store } from '../../src/ports/store.js';

export const ACTIONS_LOGIN = 'github-actions[bot]';

/** Of a gateway that nobody describes. */
export const NO_FACTS: GatewayFacts = {
  title: 'Fake',
  credential: '',
  units: '',
  freshness: '',
  enforcement: 'unknown',
  exhausted: '',
  history: '',
  attribution: '',
  see: '',
};

/** A clock that stands still until it is told to go on. */
export class FixedClock implements Clock {
  #now: number;

  constructor(now = '2026-11-22T09:00:00.000Z') {
    this.#now = Date.parse(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

/** Keeps everything a runner is told. */
export class RecordingRunner implements Runner {
  readonly secrets: string[] = [];
  /** As the port wants it: what is not known is the empty string. */
  readonly outputs: Record<string, string | number> = {};
  readonly variables: Record<string, string>;
  readonly state: Record<string, string> = {};
  readonly annotations: Finding[] = [];
  readonly lines: string[] = [];
  /** The job summary, as far as it was written. */
  summary = '';

  /** @param variables where exported ones go */
  constructor(variables: Record<string, string> = {}) {
    this.variables = variables;
  }

  /** Set it to let the summary fail with this error. */
  summaryError: Error | undefined;

  setSecret(value: string): void {
    this.secrets.push(value);
  }

  setOutput(name: string, value: string | number | undefined): void {
    this.outputs[name] = value ?? '';
  }

  exportVariable(name: string, value: string): void {
    this.variables[name] = value;
  }

  saveState(name: string, value: string): void {
    this.state[name] = value;
  }

  annotate(item: Finding): void {
    this.annotations.push(item);
  }

  info(message: string): void {
    this.lines.push(message);
  }

  async addSummary(markdown: string): Promise<void> {
    if (this.summaryError) throw this.summaryError;
    this.summary += markdown;
  }

  /** Titles of the annotations of one level, in order. */
  titles(level: FindingLevel): string[] {
    return this.annotations.filter((item) => item.level === level).map(({ title }) => title);
  }
}

/** A check run as the fake keeps it. */
export interface KeptCheck extends CheckRun {
  readonly name: string;
  readonly sha: string;
  readonly detailsUrl: string | undefined;
  readonly conclusion: CheckConclusion | undefined;
  readonly output: CheckOutput;
  readonly annotations: readonly CheckAnnotation[];
}

/** One repository: caches, issues, runs, checks, and its pull requests with their comments. */
export class InMemoryGitHub implements GitHub {
  readonly comments = new Map<number, IssueComment[]>();
  /** By their ids in GraphQL. */
  readonly minimized = new Set<string>();
  readonly caches: CacheListing[] = [];
  /** Texts by `owner/name/path@sha`. */
  readonly files = new Map<string, string>();
  readonly issues: Issue[] = [];
  readonly runs: WorkflowRun[] = [];
  /** The newest last. */
  checks: readonly KeptCheck[] = [];
  readonly statuses: (CommitStatus & NewCommitStatus & { readonly sha: string })[] = [];
  /** Open ones, with the head they are of. */
  readonly pulls: (PullRequest & { readonly head: string })[] = [];
  /** What was written, in order, such as `create #7` or `update 101`. */
  readonly writes: string[] = [];
  /** Who the token acts as. */
  readonly self: string;
  /** Set it to let every request fail with this error. */
  error: Error | undefined;
  #lastId = 100;

  constructor(self = ACTIONS_LOGIN) {
    this.self = self;
  }

  /** Puts a comment there without going through the API. */
  seedComment(pullRequest: number, author: string, body: string): IssueComment {
    const id = ++this.#lastId;
    const comment = {
      id,
      nodeId: `IC_${id}`,
      body,
      author,
      url: `https://github.test/o/r/pull/${pullRequest}#issuecomment-${id}`,
    };
    this.comments.set(pullRequest, [...(this.comments.get(pullRequest) ?? []), comment]);
    return comment;
  }

  async listCaches(keyPrefix: string, of?: string): Promise<CacheList> {
    this.#fail();
    const found = this.caches.filter(({ key, ref }) => key.startsWith(keyPrefix) && (of ?? ref) === ref);
    return { caches: found.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)), isWhole: true };
  }

  async listComments(pullRequest: number): Promise<IssueComment[]> {
    this.#fail();
    return [...(this.comments.get(pullRequest) ?? [])];
  }

  async createComment(pullRequest: number, body: string): Promise<IssueComment> {
    this.#fail();
    this.writes.push(`create #${pullRequest}`);
    return this.seedComment(pullRequest, this.self, body);
  }

  async updateComment(id: number, body: string): Promise<IssueComment> {
    this.#fail();
    this.writes.push(`update ${id}`);
    for (const [pullRequest, comments] of this.comments) {
      const index = comments.findIndex((comment) => comment.id === id);
      const old = comments[index];
      if (old === undefined) continue;
      const updated = { ...old, body };
      this.comments.set(pullRequest, comments.with(index, updated));
      return updated;
    }
    throw new Error(`there is no comment ${id}`);
  }

  async readFile(repository: string, path: string, sha: string): Promise<string> {
    this.#fail();
    const text = this.files.get(`${repository}/${path}@${sha}`);
    if (text === undefined) throw new Error('Not Found');
    return text;
  }

  async deleteComment(id: number): Promise<void> {
    this.#fail();
    this.writes.push(`delete ${id}`);
    for (const [pullRequest, comments] of this.comments)
      this.comments.set(
        pullRequest,
        comments.filter((comment) => comment.id !== id),
      );
  }

  async minimizeComment(nodeId: string): Promise<void> {
    this.#fail();
    this.writes.push(`minimize ${nodeId}`);
    this.minimized.add(nodeId);
  }

  async listCheckRuns(sha: string, name: string): Promise<CheckRun[]> {
    this.#fail();
    return this.checks.filter((check) => check.sha === sha && check.name === name).toReversed();
  }

  async createCheckRun({ name, sha, externalId, detailsUrl, output }: NewCheckRun): Promise<CheckRun> {
    this.#fail();
    const id = ++this.#lastId;
    this.writes.push(`check ${name}`);
    const check: KeptCheck = {
      id,
      name,
      sha,
      externalId,
      detailsUrl,
      title: output.title,
      output,
      isCompleted: false,
      conclusion: undefined,
      annotations: [],
    };
    this.checks = [...this.checks, check];
    return check;
  }

  async completeCheckRun(
    id: number,
    conclusion: CheckConclusion,
    output: CheckOutput,
    annotations: readonly CheckAnnotation[],
  ): Promise<void> {
    this.#fail();
    const old = this.checks.find((check) => check.id === id);
    if (old === undefined) throw new Error(`there is no check ${id}`);
    this.writes.push(`check ${old.name}: ${conclusion}`);
    const done = {
      ...old,
      isCompleted: true,
      conclusion,
      title: output.title,
      output,
      annotations: [...old.annotations, ...annotations],
    };
    this.checks = this.checks.map((check) => (check.id === id ? done : check));
  }

  async listStatuses(sha: string): Promise<CommitStatus[]> {
    this.#fail();
    return this.statuses.filter((status) => status.sha === sha).toReversed();
  }

  async createStatus(sha: string, status: NewCommitStatus): Promise<CommitStatus> {
    this.#fail();
    this.writes.push(`status ${status.context}: ${status.state}`);
    const kept = { ...status, sha, id: ++this.#lastId };
    this.statuses.push(kept);
    return kept;
  }

  async listOpenPulls(head: string): Promise<PullRequest[]> {
    this.#fail();
    return this.pulls.filter((pull) => pull.head === head);
  }

  async login(): Promise<string> {
    this.#fail();
    return this.self;
  }

  async listIssues(label: string, state: 'open' | 'closed'): Promise<IssueList> {
    this.#fail();
    const issues = this.issues.filter(
      ({ labels, isOpen }) => labels.includes(label) && isOpen === (state === 'open'),
    );
    return { issues, isWhole: true };
  }

  async readIssueChanges(number: number): Promise<readonly IssueChange[]> {
    const { closedAt } = this.#issue(number);
    return closedAt === undefined
      ? []
      : [{ isClosing: true, at: closedAt, actor: this.self, isSideEffect: false }];
  }

  async createIssue(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue> {
    this.#fail();
    const number = ++this.#lastId;
    const at = '2026-11-22T09:00:00Z';
    const created = {
      ...issue,
      number,
      author: this.self,
      isOpen: true,
      isReopened: false,
      createdAt: at,
      updatedAt: at,
      closedAt: undefined,
      url: `https://github.test/o/r/issues/${number}`,
    };
    this.writes.push(`issue #${number}`);
    this.issues.push(created);
    return created;
  }

  async updateIssue(number: number, change: { body?: string; state?: 'open' | 'closed' }): Promise<Issue> {
    const old = this.#issue(number);
    const isOpen = change.state === undefined ? old.isOpen : change.state === 'open';
    const ended = { closedAt: '2026-11-22T09:00:00Z' };
    const changed = { ...old, ...(isOpen ? {} : ended), isOpen, body: change.body ?? old.body };
    this.issues[this.issues.indexOf(old)] = changed;
    this.writes.push(`change #${number}`);
    return changed;
  }

  async commentOnIssue(number: number, body: string): Promise<void> {
    await this.createComment(number, body);
  }

  async readRun(id: number): Promise<WorkflowRun> {
    this.#fail();
    const found = this.runs.find((run) => run.id === id);
    if (found === undefined) throw new Error(`there is no run ${id}`);
    return found;
  }

  async listRuns(like: Pick<WorkflowRun, 'workflowId' | 'headSha' | 'event'>): Promise<WorkflowRun[]> {
    this.#fail();
    return this.runs.filter(
      ({ workflowId, headSha, event }) =>
        workflowId === like.workflowId && headSha === like.headSha && event === like.event,
    );
  }

  #issue(number: number): Issue {
    this.#fail();
    const found = this.issues.find((issue) => issue.number === number);
    if (found === undefined) throw new Error(`there is no issue ${number}`);
    return found;
  }

  #fail(): void {
    if (this.error) throw this.error;
  }
}

/** Gates, spend and sightings in memory. */
export class InMemoryStore implements Store {
  readonly id = 'memory';
  readonly gates: GateEntry[] = [];
  spend: readonly SpendEntry[] = [];
  /** Every sighting that was saved, in order. */
  readonly sightings: Sighting[] = [];
  readonly claims: string[] = [];
  claimsTended = 0;
  /** Set it to let nobody know what was claimed. */
  isDown = false;
  /** Gates that somebody looked after, in order, and what is said of it. */
  readonly tended: string[] = [];
  tendNotes: readonly string[] = [];
  /** Set it to let every save be refused for this reason. */
  refusal: string | undefined;
  /** Set it to let every read of a gate come back blind, with this evidence. */
  blindness: string | undefined;
  /** Set it to let every read of a gate be less than sure that it saw all, as a look-up is. */
  sawAll = true;
  readonly #clock: Clock;

  constructor(clock: Clock = new FixedClock()) {
    this.#clock = clock;
  }

  async readGate(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    if (this.blindness !== undefined) {
      return blindGate(this.blindness);
    }
    const changes = this.gates.filter((entry) => entry.gate === gate);
    const now = this.#clock.now();
    const ranked = changes.map((entry, rank) => ({ entry, rank }));
    const last = decideChanges(ranked, now, blockForMs)?.deciding.entry;
    const evidence = last ? 'Read from memory.' : 'Memory holds no state of this gate.';
    return { ...gateReading(last, now, blockForMs, evidence), sawAll: this.sawAll };
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    if (this.refusal !== undefined) return { saved: false, reason: this.refusal };
    this.gates.push(entry);
    return { saved: true };
  }

  async tendGate(gate: string): Promise<readonly string[]> {
    this.tended.push(gate);
    return this.tendNotes;
  }

  async readSpend(): Promise<SpendHistory> {
    return { entries: this.spend, readable: true, complete: true, evidence: 'memory' };
  }

  async mergeSpend(entries: readonly SpendEntry[]): Promise<Saved> {
    if (this.refusal !== undefined) return { saved: false, reason: this.refusal };
    this.spend = mergeSpend(this.spend, entries);
    return { saved: true };
  }

  async readSighting(key: string): Promise<Sighting | undefined> {
    return this.sightings.findLast((sighting) => sighting.key === key);
  }

  async saveSighting(sighting: Sighting): Promise<Saved> {
    if (this.refusal !== undefined) return { saved: false, reason: this.refusal };
    this.sightings.push(sighting);
    return { saved: true };
  }

  async findClaims(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    if (this.isDown) return undefined;
    return new Set(names.filter((name) => this.claims.includes(name)));
  }

  async claim(name: string): Promise<Claim> {
    if (this.isDown) return 'unknown';
    if (this.claims.includes(name)) return 'known';
    if (this.refusal !== undefined) return 'refused';
    this.claims.push(name);
    return 'new';
  }

  async tendClaims(): Promise<void> {
    this.claimsTended += 1;
  }
}

/** What `pre` leaves for `post` of the same job, in memory. */
export class InMemoryMarkFile implements MarkFile {
  mark: BudgetMark | undefined;
  /** Set it to let the disk refuse, where no variable carries the mark either. */
  isFull = false;

  constructor(mark?: BudgetMark) {
    this.mark = mark;
  }

  save(mark: BudgetMark): { readonly variable: string; readonly value: string } {
    if (!this.isFull) this.mark = mark;
    return { variable: 'SPENDGATE_BUDGET_TEST', value: JSON.stringify(mark) };
  }

  find(): BudgetMark | undefined {
    return this.mark;
  }
}

/** A report in which all is well; `rest` changes what a test is about. */
export function reportOf(rest: Partial<Report> = {}): Report {
  return {
    mode: 'post',
    task: 'triage',
    key: 'agents/triage',
    status: 'ok',
    headline: 'Usage is within its expected range.',
    rows: [],
    facts: [],
    findings: [],
    gate: 'open',
    runUrl: 'https://github.test/o/r/actions/runs/42',
    ...rest,
  };
}

/** `count` findings of one level, titled `<level> 1` and so on. */
export function findingsOf(level: FindingLevel, count: number): Finding[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `${level} ${index + 1}`;
    return finding(level, name.replace(' ', '-'), name, `Message of ${name}.`);
  });
}

/** What a reporter is handed: a recording runner, no GitHub, no pull request. */
export function reporterContextOf(
  rest: Partial<ReporterContext> = {},
): ReporterContext & { runner: RecordingRunner } {
  return {
    runner: new RecordingRunner(),
    github: undefined,
    pullRequest: undefined,
    comment: 'on-finding',
    ...rest,
  } as ReporterContext & {
    runner: RecordingRunner;
  };
}

/** For a `post` in a job without overrides, which never decides again. */
export function noOverride(): never {
  throw new Error('no override is expected');
}
