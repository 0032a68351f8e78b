/** Property tests run on one seed, so that a run says the same everywhere; `FC_SEED=$RANDOM npm test` looks elsewhere. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_261_122) });
