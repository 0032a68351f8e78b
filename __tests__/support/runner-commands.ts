/**
 * What a runner takes for commands in the output of a step, by its own rules.
 * @see https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */

export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const NAMES = new Set([
  ...['error', 'warning', 'notice', 'debug', 'group', 'endgroup', 'echo', 'add-mask', 'add-matcher'],
  ...[
    'remove-matcher',
    'set-env',
    'set-output',
    'save-state',
    'add-path',
    'stop-commands',
    'internal-set-repo-path',
  ],
]);
/** What .NET trims: it knows U+0085, and not U+FEFF. */
const BLANKS = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Every command in `output`, which is read by lines that end with CR, LF or both. */
export function runnerCommands(output: string): RunnerCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => newStyle(line) ?? oldStyle(line) ?? []);
}

/** `::name key=value,key=value::data`, behind blanks at the start of a line. */
function newStyle(line: string): RunnerCommand | undefined {
  const text = line.replace(BLANKS, '');
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const unescapeProperty = (value: string) =>
    unescapeData(value.replaceAll('%3A', ':').replaceAll('%2C', ','));
  return command(text.slice(2, end), ',', unescapeProperty, unescapeData(text.slice(end + 2)));
}

/** `##[name key=value;key=value]data`, anywhere in a line. */
function oldStyle(line: string): RunnerCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const unescapeOld = (value: string) => unescapeData(value.replaceAll('%3B', ';').replaceAll('%5D', ']'));
  return command(line.slice(start + 3, end), ';', unescapeOld, unescapeOld(line.slice(end + 1)));
}

function command(
  info: string,
  separator: string,
  unescapeValue: (value: string) => string,
  data: string,
): RunnerCommand | undefined {
  const [name = '', ...rest] = info.split(' ');
  if (!NAMES.has(name.toLowerCase())) return undefined;
  const pairs = rest.join(' ').trim().split(separator).filter(Boolean);
  const properties = pairs.flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at), unescapeValue(pair.slice(at + 1))] as const];
  });
  return { name: name.toLowerCase(), properties: Object.fromEntries(properties), data };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
