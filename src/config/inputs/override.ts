/** What a person who starts a run by hand decides for it. */
import { asText, defineInputs } from './spec.js';

export const OVERRIDE_INPUTS = defineInputs({
  override: {
    modes: ['pre', 'wrap', 'post'],
    description:
      'Another limit or range for a run that a person starts by hand, as YAML with `reason` and `until`; it outranks the other inputs. Only on `workflow_dispatch`; elsewhere it must be empty.',
    example: '${{ inputs.override }}',
    workflowOnly: 'in the file it stands under `overrides`, with who decided',
    parse: asText,
  },
});
