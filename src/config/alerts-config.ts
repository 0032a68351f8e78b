/** Who is told, and from when on. A webhook's URL is a secret: no fault quotes it. */
import type { Settings } from './settings.js';

export interface AlertConfig {
  /** Percentages, such as `[50, 80]`; the end of a budget is told besides. */
  readonly at: readonly number[];
  /** Secrets, each of them; none where nobody is told. */
  readonly urls: readonly string[];
  readonly format: 'auto' | 'slack' | 'teams' | 'json';
  readonly secret: string | undefined;
}

const DEFAULT_AT = [50, 80];
const MAX_URLS = 5;
const LEAST_SECRET = 16;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;
const EXAMPLE = 'https://hooks.slack.com/services/T000/B000/XXXX';

export function readAlerts(settings: Settings, onSecret: (value: string) => void): AlertConfig {
  return {
    at: settings.value('alert-at') ?? DEFAULT_AT,
    urls: readUrls(settings, onSecret),
    format: settings.value('alert-format') ?? 'auto',
    secret: readSecret(settings),
  };
}

function readUrls(settings: Settings, onSecret: (value: string) => void): string[] {
  const lines = (settings.value('alert-webhook') ?? '').split('\n').map((line) => line.trim());
  const given = [...new Set(lines.filter((line) => line !== ''))];
  for (const url of given) onSecret(url);
  if (given.length > MAX_URLS)
    settings.fault(
      'alert-webhook',
      `${given.length} URLs are given, and ${MAX_URLS} at most are told.`,
      EXAMPLE,
    );
  const wrong = given.map((text, index) => ({ text, line: index + 1, fault: faultOf(text) }));
  for (const { line, fault } of wrong)
    if (fault !== undefined) settings.fault('alert-webhook', `URL ${line} ${fault}.`, EXAMPLE);
  return wrong.filter(({ fault }) => fault === undefined).map(({ text }) => text);
}

/** What is wrong with a URL, as the end of a sentence. */
function faultOf(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'is not a URL';
  if (url.username !== '' || url.password !== '')
    return 'has a user or a password in it, which would not be sent: `alert-secret` signs what is sent';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:' && LOOPBACK.test(url.hostname)) return undefined;
  return 'is not an https URL; http goes to this machine alone';
}

/** A short one can be guessed from a single alert, and masking it would blot out words. */
function readSecret(settings: Settings): string | undefined {
  const secret = settings.value('alert-secret');
  if (secret !== undefined && secret.length < LEAST_SECRET) {
    const message = `This is shorter than ${LEAST_SECRET} characters.`;
    settings.fault('alert-secret', message, 'what `openssl rand -hex 32` prints');
  }
  return secret;
}
