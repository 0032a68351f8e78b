/** Output with the reasoning in it, however a gateway that translates tells of it. */

export interface ToldOutput {
  /** The whole input. */
  readonly input: number | undefined;
  readonly output: number | null | undefined;
  readonly reasoning: number | null | undefined;
  readonly total: number | null | undefined;
}

/**
 * Some leave reasoning out of the output, where it may then be the larger of the two, or tell of it in the total alone: xAI,
 * and those who translate from Gemini.
 */
export function wholeOutput({ input, output, reasoning, total }: ToldOutput): number | undefined {
  if (output == null) return undefined;
  const told = reasoning != null && reasoning > output ? output + reasoning : output;
  return total == null || input === undefined ? told : Math.max(told, total - input);
}
