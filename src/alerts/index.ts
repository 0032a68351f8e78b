/** How alerts can be written; the first that knows a host is used for it, and the last for all others. */
import type { AlertFormat } from '../ports/alerts.js';
import { json } from './json.js';
import { slack } from './slack.js';
import { teams } from './teams.js';

export const alertFormats: readonly AlertFormat[] = [slack, teams, json];

/** @param wanted id of a format, or `auto` */
export function formatFor(host: string, wanted: string): AlertFormat {
  return (
    alertFormats.find(({ id }) => id === wanted) ?? alertFormats.find((one) => one.recognises(host)) ?? json
  );
}
