/**
 * Log events of OpenTelemetry's protocol, in its JSON form (`POST /v1/logs`). Only name and flat attributes are read: the
 * body of an event may be a prompt. What has another shape is skipped, since every program may send here.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { z } from 'zod';
import type { TelemetryEvent } from '../ports/agent.js';

/** A 64-bit integer is text in protobuf's JSON, and a number in what some exporters send. */
const integer = z.union([
  z.number().int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
]);
const attribute = z.object({
  key: z.string(),
  value: z.object({
    stringValue: z.string().optional(),
    intValue: integer.optional(),
    doubleValue: z.number().optional(),
  }),
});
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item.optional().catch(undefined))
    .nullish()
    .transform((items) => (items ?? []).filter((found) => found !== undefined));
const record = z.object({
  eventName: z.string().optional(),
  body: z.object({ stringValue: z.string().optional() }).nullish(),
  attributes: list(attribute),
});
const logs = z.object({
  resourceLogs: list(z.object({ scopeLogs: list(z.object({ logRecords: list(record) })) })),
});

/** @throws {z.ZodError} when it is no export of logs at all */
export function readLogEvents(body: unknown): TelemetryEvent[] {
  const records = logs
    .parse(body)
    .resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  return records.map(({ attributes, body: text, eventName }) => ({
    name: eventName ?? text?.stringValue ?? '',
    attributes: new Map(
      attributes.flatMap(({ key, value }) => {
        const found = value.stringValue ?? value.intValue ?? value.doubleValue;
        return found === undefined ? [] : [[key, found] as const];
      }),
    ),
  }));
}
