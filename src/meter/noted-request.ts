/** A request with the note it may carry: put in before it leaves, taken out again where the upstream does not take it. */
import type { Dialect } from '../ports/dialect.js';
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

  constructor(
    body: JsonBody,
    { note, ticket }: Extract<Admission, { kind: 'admitted' }>,
    { dialect, guard }: { readonly dialect: Dialect; readonly guard: Guard },
  ) {
    this.#guard = guard;
    this.#body = body;
    this.#plain = body.parts;
    if (note === undefined) return;
    if (dialect.addNote(body, note.text)) this.#note = note.level;
    else guard.noteUnheard(ticket);
  }

  /** What the request tells the agent. */
  get note(): NoteLevel | undefined {
    return this.#note;
  }

  /** Better untold than broken: some upstreams know their own order of turns, and then get the request as it came. */
  async send(exchange: (parts: readonly Buffer[]) => Promise<RelayEnd>): Promise<RelayEnd> {
    const end = await exchange(this.#body.parts);
    if (this.#note === undefined || !isRejected(end)) return end;
    this.#note = undefined;
    const again = await exchange(this.#plain);
    if (again.head !== undefined && again.head.status < 400) this.#guard.tellNoMore();
    return again;
  }
}

/** True when the upstream could not make sense of the request, and the client has heard nothing of it. */
function isRejected({ kind, head, kept }: RelayEnd): boolean {
  return kind === 'complete' && kept.length > 0 && (head?.status === 400 || head?.status === 422);
}
