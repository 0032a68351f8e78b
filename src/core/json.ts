/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a runner that reads along obeys, and what a terminal does: `JSON.stringify` leaves it as it is. */
const OBEYED = /##(?=\[)|[\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu;

/** JSON for people and programs alike: the same values, with such characters written as their numbers. */
export function shownJson(value: object, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(OBEYED, (found) => {
    const number = `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return `${number}${found.slice(1)}`;
  });
}
