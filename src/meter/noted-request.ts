/** A request with the note it may carry: put in before it leaves, taken out again where the upstream does not take it. */
import type { JsonBody } from '../wire/json-body.js';
import type { Admission } from './admission.js';
import type { Guard } from './guard.js';
import type { RelayEnd } from './relay.js';
import type { NoteLevel } from './wrap-up.js';

export class NotedRequest {
  readonly #guard: Guard;
  readonly #body: JsonBody;
  /** As it would be without its note. */
  readonly #plain: readonly Buffer[];
  #note: NoteLevel | undefined;
  #isPlain = false;

  constructor(
    body: JsonBody,
    { note, ticket }: Extract<Admission, { kind: 'admitted' }>,
    { addNote, guard }: { readonly addNote: (text: string) => boolean; readonly guard: Guard },
  ) {
    this.#guard = guard;
    this.#body = body;
    this.#plain = body.parts;
    if (note === undefined) return;
    if (addNote(note.text)) this.#note = note.level;
    else guard.noteUnheard(ticket);
  }

  /** What the request tells the agent. */
  get note(): NoteLevel | undefined {
    return this.#note;
  }

  /** What leaves. */
  get parts(): readonly Buffer[] {
    return this.#isPlain ? this.#plain : this.#body.parts;
  }

  send(exchange: (parts: readonly Buffer[]) => Promise<RelayEnd>): Promise<RelayEnd> {
    return this.#note === undefined ? exchange(this.parts) : this.#sendNoted(exchange);
  }

  async #sendNoted(exchange: (parts: readonly Buffer[]) => Promise<RelayEnd>): Promise<RelayEnd> {
    for (;;) {
      const end = await exchange(this.parts);
      if (!this.goesAgain(end)) return end;
    }
  }

  /**
   * True, once, when the upstream turned it down with its note: then it leaves again without. Better untold than broken:
   * some upstreams know their own order of turns, and then get the request as it came.
   */
  goesAgain(end: RelayEnd): boolean {
    if (this.#isPlain) {
      if (end.head !== undefined && end.head.status < 400) this.#guard.tellNoMore();
      return false;
    }
    this.#isPlain = this.#note !== undefined && isRejected(end);
    if (this.#isPlain) this.#note = undefined;
    return this.#isPlain;
  }
}

/** True when the upstream could not make sense of the request, and the client has heard nothing of it. */
function isRejected({ kind, head, kept }: RelayEnd): boolean {
  return kind === 'complete' && kept.length > 0 && (head?.status === 400 || head?.status === 422);
}
