/**
 * How a later step of the job reaches a meter in the background, as one line of JSON. The secret proves either side to the
 * other and is never sent. There are two of them: one goes by a step output, which only the workflow can hand on, the other
 * by a variable of the job, which every later step can read and replace.
 */
import { z } from 'zod';
import { parseJson } from './json.js';

const handleSchema = z.object({
  /** `http://127.0.0.1:<port>`, apart from the port that calls go to. */
  controlUrl: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/),
  secret: z.string().min(32),
  task: z.string(),
  /** Path of the ledger, which counts when the meter is gone. */
  ledger: z.string(),
  /**
   * What later steps must find as it was when the meter started, separated by blanks: variable and checksum of the policy
   * file, when overrides were decided on, checksum of the event file, and the gate.
   */
  policy: z.string(),
});

export type MeterHandle = z.infer<typeof handleSchema>;

export function renderMeterHandle({ controlUrl, secret, task, ledger, policy }: MeterHandle): string {
  return JSON.stringify({ controlUrl, secret, task, ledger, policy });
}

/** `undefined` for a text that is no handle. */
export function readMeterHandle(text: string): MeterHandle | undefined {
  return handleSchema.safeParse(parseJson(text)).data;
}
