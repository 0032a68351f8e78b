/**
 * The annotations of one step. The runner keeps ten of a level per step, whoever made them, and 4,096 characters of each;
 * what is beyond is in the log alone. So the first eight of a level leave at once, and the others wait for the end of the
 * step, when it is known whether the places left are enough for them.
 * @see https://github.com/actions/runner/blob/main/src/Runner.Worker/ExecutionContext.cs
 */
import { type Finding, type FindingLevel, finding } from '../core/findings.js';
import { cut, visibleLine, visibleText } from '../core/text.js';

const MAX_PER_LEVEL = 10;
/** One place is kept for what ended the step, one for how many more there are. */
const AT_ONCE = MAX_PER_LEVEL - 2;
/** In UTF-16 units, as the runner counts. */
const MAX_TEXT = 4000;
const MAX_ADVICE = 1000;
const MAX_TITLE = 200;
const MAX_FILE = 500;
const CUT = '… [cut: the log holds the whole message]';

/** As it is written: one message, and everything in it can be seen. */
export interface Annotation extends Pick<Finding, 'level' | 'title' | 'position'> {
  readonly text: string;
}

export interface AnnotationSinks {
  readonly annotate: (annotation: Annotation) => void;
  /** A line of the log, for what has no place in an annotation. */
  readonly info: (text: string) => void;
}

export class StepAnnotations {
  readonly #sinks: AnnotationSinks;
  readonly #sent = new Map<FindingLevel, number>();
  #waiting: Finding[] = [];

  constructor(sinks: AnnotationSinks) {
    this.#sinks = sinks;
  }

  /** @param endsStep it leaves at once: nothing is more important */
  add(item: Finding, endsStep: boolean): void {
    if (endsStep || this.#sentOf(item.level) < AT_ONCE) this.#send(item);
    else this.#waiting.push(item);
  }

  /** Writes what waited, as far as there are places; the rest stands in the log. */
  finish(): void {
    const byLevel = Map.groupBy(this.#waiting, ({ level }) => level);
    this.#waiting = [];
    for (const [level, group] of byLevel) {
      const places = MAX_PER_LEVEL - this.#sentOf(level);
      const shown = group.length <= places ? group : group.slice(0, places - 1);
      const left = group.slice(shown.length);
      for (const item of shown) this.#send(item);
      if (left.length > 0) this.#send(restOf(level, left.length));
      for (const item of left) this.#sinks.info(logLine(item));
    }
  }

  #sentOf(level: FindingLevel): number {
    return this.#sent.get(level) ?? 0;
  }

  #send(item: Finding): void {
    this.#sent.set(item.level, this.#sentOf(item.level) + 1);
    const annotation = annotationOf(item);
    this.#sinks.annotate(annotation);
    if (annotation.text.includes(CUT)) this.#sinks.info(logLine(item));
  }
}

function restOf(level: FindingLevel, count: number): Finding {
  const text = `${count} further ${level}${count === 1 ? '' : 's'}: they stand in the job summary and in the log.`;
  return finding(level, 'more-findings', `${count} more`, text);
}

function annotationOf({ level, title, message, advice, position }: Finding): Annotation {
  const next = advice === undefined ? '' : cut(visibleText(advice), MAX_ADVICE);
  const text = visibleText(message);
  // Behind a list the advice would look like a part of its last line.
  const gap = next === '' ? '' : text.includes('\n') ? '\n' : ' ';
  const room = MAX_TEXT - gap.length - next.length;
  const said = text.length <= room ? text : `${atWord(text, room - CUT.length)}${CUT}`;
  return {
    level,
    title: cut(visibleLine(title), MAX_TITLE),
    text: `${said}${gap}${next}`,
    position: position && { ...position, file: cut(visibleLine(position.file), MAX_FILE) },
  };
}

/** Cut behind a word, where there is one near the end. */
function atWord(text: string, length: number): string {
  const start = cut(text, length).slice(0, -1);
  const blank = Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'));
  return blank > length - 100 ? start.slice(0, blank + 1) : start;
}

function logLine({ level, title, message, advice }: Finding): string {
  return visibleText(`spendgate: ${level}: ${title}: ${message}${advice === undefined ? '' : ` ${advice}`}`);
}
