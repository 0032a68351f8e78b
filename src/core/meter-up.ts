/** What a meter in the background says as soon as it listens, as one line of JSON; or why it does not. */
import { z } from 'zod';

const upSchema = z.object({
  /** `http://127.0.0.1:<port>`, without a path: where calls go. */
  url: z.string(),
  /** Where later steps of the job reach it. */
  controlUrl: z.string(),
  ledger: z.object({ path: z.string(), variable: z.string(), opened: z.string() }),
  /** Whether a call on a zero allowance was refused, and a line about it. */
  isArmed: z.boolean(),
  canary: z.string(),
});
const downSchema = z.object({ trouble: z.string() });

export type MeterUp = z.infer<typeof upSchema>;
export type MeterDown = z.infer<typeof downSchema>;

/** A text that is neither says what it is. */
export function readMeterUp(text: string): MeterUp | MeterDown {
  try {
    return z.union([upSchema, downSchema]).parse(JSON.parse(text));
  } catch {
    return { trouble: 'it said nothing that makes sense' };
  }
}
