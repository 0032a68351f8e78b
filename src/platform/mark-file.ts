/**
 * Carries what `pre` saw of the gateway's count to `post`. On a runner it stands in a variable of the job, which the agent
 * in between is not given and cannot change; on a laptop, where steps share no variables, in a file.
 */
import { readMark } from '../core/sighting.js';
import type { MarkFile } from '../ports/run-files.js';
import { createJobNote, type NotePlace } from './job-note.js';

export function createMarkFile(place: NotePlace): MarkFile {
  const note = createJobNote(place, 'budget');
  return {
    save: (mark) => note.save(JSON.stringify(mark)),
    find: () => {
      const text = note.find();
      return text === undefined ? undefined : readMark(parse(text));
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
