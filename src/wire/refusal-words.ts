/**
 * Words of a refusal in which no figure looks like the status of a server that may recover. OpenCode searches an error's
 * message for such a status anywhere, also within `500000 tokens`, and then tries again and again.
 */

const LOOKS_RETRYABLE = /429|50[0234]|524/;
const FIGURE = /\d+(?:[.,]\d+)*/g;
/** Asked for figure by figure: a format that is made ahead loads the tables of all languages at every start. */
const ROUNDED = { notation: 'scientific', maximumSignificantDigits: 2 } as const;

/** A status is spelled digit by digit (`4-2-9`), a larger figure becomes a round one (`5E5`); all else stays as it is. */
export function refusalWords(reason: string): string {
  return LOOKS_RETRYABLE.test(reason) ? reason.replace(FIGURE, saidOtherwise) : reason;
}

function saidOtherwise(figure: string): string {
  if (!LOOKS_RETRYABLE.test(figure)) return figure;
  const rounded = Number(figure.replaceAll(',', '')).toLocaleString('en-US', ROUNDED);
  const isStatus = /^\d{3}$/.test(figure) || LOOKS_RETRYABLE.test(rounded) || rounded === 'NaN';
  return isStatus ? [...figure].join('-') : rounded;
}
