/** Where people see it. */
import { oneOf } from '../parsers.js';
import { defineInputs } from './spec.js';

export const SURFACES_INPUTS = defineInputs({
  comment: {
    modes: ['post', 'comment'],
    description:
      'When the PR gets a comment: `on-finding`, `on-change` (another verdict, gate, finding or figure outside its range than the last comment tells), `always` or `never`. One comment per gate, with the runs before in a folded table.',
    example: 'on-change',
    default: '`on-finding`',
    parse: oneOf('on-finding', 'on-change', 'always', 'never'),
  },
  'comment-mode': {
    modes: ['post', 'comment'],
    description:
      'What becomes of earlier comments: `update` edits one in place, `hide-and-new` folds them away and writes a new one, `new` leaves them, `delete` deletes them and writes a new one only when there is something to say.',
    example: 'hide-and-new',
    default: '`update`',
    parse: oneOf('update', 'hide-and-new', 'new', 'delete'),
  },
});
