/** Check runs and commit statuses, with the limits that GitHub sets them. */
import { type ApiReply, type ApiRequest, invalid, NOT_FOUND, type Route } from './routes.js';

export interface Check {
  readonly id: number;
  readonly name: string;
  readonly sha: string;
  readonly externalId: string;
  readonly detailsUrl: string;
  status: string;
  conclusion: string | null;
  title: string;
  summary: string;
  text: string;
  readonly annotations: object[];
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string;
  readonly targetUrl: string;
}

const MAX_OUTPUT_BYTES = 65_535;
const MAX_ANNOTATIONS = 50;
const MAX_DESCRIPTION = 140;
const CONCLUSIONS = ['success', 'failure', 'neutral', 'action_required', 'cancelled', 'skipped', 'timed_out'];
const STATES = ['pending', 'success', 'failure', 'error'];

interface WireOutput {
  readonly title?: string;
  readonly summary?: string;
  readonly text?: string;
  readonly annotations?: readonly { readonly path?: string }[];
}

export function checkRoutes(checks: Check[], statuses: Status[]): Route[] {
  return [...checkRunRoutes(checks), ...statusRoutes(statuses)];
}

function checkRunRoutes(checks: Check[]): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/commits\/([^/]+)\/check-runs$/,
      needs: ['checks: read', 'checks: write'],
      answer: ({ query }, match) => {
        const of = checks.filter(({ sha, name }) => sha === match[1] && name === query.get('check_name'));
        return { status: 200, body: { total_count: of.length, check_runs: of.map(renderCheck) } };
      },
    },
    {
      method: 'POST',
      path: /^\/check-runs$/,
      needs: ['checks: write'],
      answer: (request) => create(checks, request),
    },
    {
      method: 'PATCH',
      path: /^\/check-runs\/(\d+)$/,
      needs: ['checks: write'],
      answer: (request, match) => update(checks, Number(match[1]), request),
    },
  ];
}

function create(checks: Check[], { body }: ApiRequest): ApiReply {
  const { name, head_sha: sha, external_id: externalId, details_url: detailsUrl, status } = body;
  if (typeof name !== 'string' || typeof sha !== 'string') return invalid('name and head_sha are required');
  const check: Check = {
    id: 9000 + checks.length,
    name,
    sha,
    externalId: String(externalId ?? ''),
    detailsUrl: String(detailsUrl ?? ''),
    status: String(status ?? 'queued'),
    conclusion: null,
    title: '',
    summary: '',
    text: '',
    annotations: [],
  };
  const fault = apply(check, body['output'] as WireOutput | undefined);
  if (fault !== undefined) return invalid(fault);
  checks.push(check);
  return { status: 201, body: renderCheck(check) };
}

function update(checks: Check[], id: number, { body }: ApiRequest): ApiReply {
  const check = checks.find((one) => one.id === id);
  if (check === undefined) return NOT_FOUND;
  const conclusion = body['conclusion'];
  if (conclusion !== undefined && !CONCLUSIONS.includes(String(conclusion)))
    return invalid('no such conclusion');
  if (body['status'] === 'completed' && conclusion === undefined) return invalid('conclusion is required');
  const fault = apply(check, body['output'] as WireOutput | undefined);
  if (fault !== undefined) return invalid(fault);
  if (body['status'] !== undefined) check.status = String(body['status']);
  if (conclusion !== undefined) check.conclusion = String(conclusion);
  return { status: 200, body: renderCheck(check) };
}

/** What is wrong with it; `undefined` when it was taken. */
function apply(check: Check, output: WireOutput | undefined): string | undefined {
  if (output === undefined) return undefined;
  const { title, summary, text = check.text, annotations = [] } = output;
  if (!title || !summary) return 'title and summary go together';
  if (annotations.length > MAX_ANNOTATIONS) return `no more than ${MAX_ANNOTATIONS} annotations`;
  if (annotations.some(({ path }) => !path)) return 'path is missing';
  if ([summary, text].some((part) => Buffer.byteLength(part) > MAX_OUTPUT_BYTES))
    return 'Only 65535 are allowed';
  Object.assign(check, { title, summary, text });
  check.annotations.push(...annotations);
  return undefined;
}

function renderCheck(check: Check): object {
  const { id, name, sha, externalId, status, conclusion, detailsUrl, title, summary, text } = check;
  return {
    id,
    name,
    head_sha: sha,
    external_id: externalId,
    status,
    conclusion,
    details_url: detailsUrl,
    output: { title: title || null, summary: summary || null, text: text || null },
    html_url: `https://github.com/acme/app/runs/${id}`,
  };
}

function statusRoutes(statuses: Status[]): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/commits\/([^/]+)\/statuses$/,
      needs: ['statuses: read', 'statuses: write'],
      answer: (_request, match) => ({
        status: 200,
        body: statuses
          .filter(({ sha }) => sha === match[1])
          .toReversed()
          .map(renderStatus),
      }),
    },
    {
      method: 'POST',
      path: /^\/statuses\/([^/]+)$/,
      needs: ['statuses: write'],
      answer: ({ body }, match) => {
        const { state, context, description = '', target_url: targetUrl = '' } = body;
        if (!STATES.includes(String(state))) return invalid('no such state');
        if (String(description).length > MAX_DESCRIPTION) return invalid('description is too long');
        const status = {
          id: 5000 + statuses.length,
          sha: match[1] ?? '',
          context: String(context ?? 'default'),
          state: String(state),
          description: String(description),
          targetUrl: String(targetUrl),
        };
        statuses.push(status);
        return { status: 201, body: renderStatus(status) };
      },
    },
  ];
}

function renderStatus({ targetUrl, ...status }: Status): object {
  return { ...status, target_url: targetUrl };
}
