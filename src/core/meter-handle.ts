/**
 * How a later step of the job reaches a meter in the background, as one line of JSON. The secret proves either side to the
 * other and is never sent. There are two of them: one goes by a step output, which only the workflow can hand on, the other
 * by a variable of the job, which every later step can read and replace.
 */
import { z } from 'zod';

const handleSchema = z.object({
  /** `http://127.0.0.1:<port>`, apart from the port that calls go to. */
  controlUrl: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/),
  secret: z.string().min(32),
  /** Path of the ledger, which counts when the meter is gone. */
  ledger: z.string(),
});

export type MeterHandle = z.infer<typeof handleSchema>;

export function renderMeterHandle({ controlUrl, secret, ledger }: MeterHandle): string {
  return JSON.stringify({ controlUrl, secret, ledger });
}

/** `undefined` for a text that is no handle. */
export function readMeterHandle(text: string): MeterHandle | undefined {
  try {
    return handleSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
