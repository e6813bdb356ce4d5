import { createRequire } from 'node:module';

/**
 * Preloaded into Azurite where it keeps all in memory: it does not look for what nobody refers to any more, for a day. Each
 * append is an extent of its own there, each that is let go is searched for among all of them, and after ten minutes of many
 * appends nobody was answered for more than a minute.
 */
const ours = createRequire(import.meta.url);
const constants: { DEFAULT_GC_INTERVAL_MS: number } = ours('azurite/dist/src/blob/utils/constants.js');
constants.DEFAULT_GC_INTERVAL_MS = 24 * 3_600_000;
