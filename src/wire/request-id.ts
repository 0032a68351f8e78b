/** The upstream's id of a call: the one thing that its answer, the agent's telemetry and a provider's support share. */

const PLAIN = /^\w[\w.:-]{0,127}$/;

/** `undefined` for what no provider would call an id: such text must not travel into ledgers and reports. */
export function boundedRequestId(value: string | undefined): string | undefined {
  return value !== undefined && PLAIN.test(value) ? value : undefined;
}

/** From the headers of an answer, whose names are in lower case. @param redact what the client was shown in its place */
export function readRequestId(
  headers: Readonly<Record<string, string>>,
  redact: (header: string) => string,
): string | undefined {
  const id = headers['request-id'] ?? headers['x-request-id'];
  return boundedRequestId(id && redact(id));
}
