import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

// Compiled code is kept between test files, and between runs.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/imprimatur');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Kills at many moments take minutes: `npm run test:kills` runs them all, the suite three.
    exclude: [
      ...(process.env.KILLS ? [] : ['test/e2e/kills.test.ts', 'test/e2e/chaos.test.ts']),
      // Virtual machines of QEMU are for `npm run test:vm`.
      ...(process.env.VMS ? [] : ['test/vm/**']),
    ],
    globalSetup: process.env.VMS ? ['test/vm/provideImages.ts'] : [],
    // Against what hangs, not against what is slow: a busy machine takes ten times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // `.ci/run` runs what failed once more: one race holds nobody up, and is named as the bug that it is.
    retry: Number(process.env.RETRIES ?? 0),
    reporters: ['default', './.ci/reportFlaky.ts'],
    pool: 'forks',
    // Most tests wait for sockets and for clocks: two at a time finish sooner even on two cores.
    // Emulated guests keep both busy by themselves.
    maxWorkers: process.env.VMS ? 1 : 2,
  },
});
