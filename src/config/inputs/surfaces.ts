/** Where people see it. */
import { oneOf } from '../parsers.js';
import { defineInputs } from './spec.js';

export const SURFACES_INPUTS = defineInputs({
  comment: {
    modes: ['post', 'comment'],
    description:
      'When the PR gets a comment: `on-finding`, `always` or `never`. One comment per task, updated in place.',
    example: 'on-finding',
    default: '`on-finding`',
    parse: oneOf('on-finding', 'always', 'never'),
  },
});
