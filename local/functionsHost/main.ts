import '../compressedTime.ts'; // also in workers, however they are started
import cluster from 'node:cluster';
import { processClock } from '../clock.ts';
import { runAsProcess } from '../runAsProcess.ts';
import { startFunctionsHost } from './functionsHost.ts';
import { type FunctionsHostOptions, functionsHostOptions } from './functionsHostOptions.ts';
import { readSettingsFile } from './settings.ts';
import { runAsWorker, startWorkers } from './workers.ts';

// Azure runs apps in UTC, and passes some instants without a zone.
process.env.TZ ??= 'UTC';

if (cluster.isWorker) await runAsWorker(functionsHostOptions, startHost);
else await runAsProcess(functionsHostOptions, start);

async function start(options: FunctionsHostOptions) {
  if (options.settingsFile) applySettingsFile(options.settingsFile);
  if (options.workers > 1) return startWorkers(options.workers, process.argv.slice(2));
  return startHost(options, { timers: true });
}

function startHost(options: FunctionsHostOptions, { timers }: { timers: boolean }) {
  // As in Azure, a worker whose function outlives its time is replaced; a process alone has nobody to replace it.
  const onTimeout = cluster.isWorker ? () => process.exit(1) : undefined;
  return startFunctionsHost(options, { settings: process.env, clock: processClock, timers, onTimeout });
}

/** What the environment sets already wins, as in Core Tools. */
function applySettingsFile(file: string): void {
  for (const [name, value] of Object.entries(readSettingsFile(file))) process.env[name] ??= value;
}
