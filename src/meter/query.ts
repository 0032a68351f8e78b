/**
 * The query of a request, read in every spelling that a server may undo. Some parameters change what a request is, or what
 * of its answer comes back: they stay here.
 * @see https://docs.cloud.google.com/apis/docs/system-parameters
 */

/** Google's APIs give a part of an answer, or one in a form that is no JSON, which would leave its usage out. */
const MASKS = new Set(['fields', 'callback', 'ct']);
/** The forms of an answer that can be listened to. */
const READABLE_FORMS = new Set(['', 'json', 'sse']);
/** A GET that says here that it is a POST would be forwarded as a GET. */
const METHODS = new Set(['httpmethod', '_method']);

/** Some gateways take these here before they look into the body: then another model would answer than the one that is held. */
const STEERING = new Set(['model', 'models', 'user_model', 'fallbacks']);

interface Parameter {
  /** Lower case, without blanks around it and the `$` that Google's APIs take in front. */
  readonly name: string;
  readonly value: string;
}

/** A query without the parameters by which an answer would come without its usage, or a request as another method. */
export function withoutMasks(query: string): string {
  return without(
    query,
    ({ name, value }) =>
      MASKS.has(name) || METHODS.has(name) || (name === 'alt' && !READABLE_FORMS.has(value.toLowerCase())),
  );
}

/** A query without the parameters by which a request would be one of another method. */
export function withoutMethods(query: string): string {
  return without(query, ({ name }) => METHODS.has(name));
}

/** Name of a parameter by which another call would be made than the body says; `undefined` where there is none. */
export function steeringIn(query: string): string | undefined {
  if (query === '') return undefined;
  const parameters = query.slice(1).split(/[&;]/).flatMap(parametersIn);
  return parameters.find(({ name }) => STEERING.has(name))?.name;
}

/** A query without a parameter, however it is spelt: byte for byte as it came where it has none such. */
export function without(query: string, drops: (parameter: Parameter) => boolean): string {
  if (query === '') return query;
  const parts = query.slice(1).split(/[&;]/);
  const kept = parts.filter((part) => !parametersIn(part).some(drops));
  if (kept.length === parts.length) return query;
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}

/** What servers may read in one part: as it stands, and with an encoding undone by somebody on the way. */
function parametersIn(part: string): Parameter[] {
  const undone = decodeForm(part);
  return [part, ...(undone === part ? [] : undone.split(/[&;]/))].map((text) => {
    const [name = '', ...value] = text.split('=');
    return {
      name: decodeForm(name)
        .trim()
        .toLowerCase()
        .replace(/^\$|\[.*$/g, ''),
      value: decodeForm(value.join('=')).trim(),
    };
  });
}

/** Bytes beyond ASCII stay apart: no name looked for has any. */
function decodeForm(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}
