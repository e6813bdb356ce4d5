import fc from 'fast-check';

/**
 * Properties draw the same in every run, so that a red test is the doing of whoever sees it; what is rare is looked for by a
 * job of CI, with SEED=random. A run that fails prints its seed, and SEED=… repeats it.
 */
const { SEED = '20261128' } = process.env;
if (SEED !== 'random') fc.configureGlobal({ seed: Number(SEED) });

export { fc };
