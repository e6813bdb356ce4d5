import { setTimeout as wait } from 'node:timers/promises';
import { buildReport } from '../../local/demo/report.ts';
import { apiClient } from '../../local/stack/apiClient.ts';
import { computeClient, makeDefinitions } from '../../local/stack/deploy.ts';
import { listenTeam } from '../../local/stack/listenTeam.ts';
import { storageAccount } from '../../local/stack/names.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { announcedByLogs } from '../e2e/announcedByLogs.ts';
import { addFault, clearFaults } from '../e2e/faults.ts';
import { everything, startTestStack } from '../e2e/testStack.ts';
import { Random } from '../simulation/random.ts';
import { cpuSeconds } from './cpu.ts';
import { type Disturbed, disturb, listCounts, undisturbed } from './disturb.ts';
import { Ends } from './ends.ts';
import { judge } from './judge.ts';
import { type PlannedVersion, plan } from './plan.ts';
import { StorageProxy } from './storageProxy.ts';
import { WorkerLog } from './workerLog.ts';
import { writeVersion } from './writeVersion.ts';

export interface ChaosOptions {
  versions: number;
  definitions: number;
  seed: number;
  workers: number;
  speed: number;
  /** How many versions are written and not at their end, at most: as builds come, one after the other. */
  open: number;
  /** After which what is not finished is a problem; real time. */
  limitMs: number;
  say(line: string): void;
}

export interface ChaosReport {
  seconds: number;
  /** Of processor time, by process. */
  cpu: Record<string, number>;
  disturbed: Disturbed;
  outcomes: Record<string, number>;
  problems: string[];
}

/** How many of the calls of Azure Resource Manager go wrong: one in sixty in each of these ways, five per cent in all. */
const armFaults = [
  { kind: 'error', status: 500, code: 'InternalServerError' },
  { kind: 'throttle', retryAfterSeconds: 5 },
  { kind: 'dropResponse' },
];
const oneIn = 60;
const tellEveryMs = 5_000;
const mostTries = 4;
const writersAtOnce = 8;
/** Versions. On the clock of the stack, which runs faster than ours, a token is soon too old. */
const signInEvery = 25;

/** Publishes many versions while everything around the app fails, and judges where all has led to. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(options.seed);
  const planned = plan(random, options.versions, options.definitions);
  const storage = await StorageProxy.start();
  const workers = new WorkerLog();
  const stack = await startTestStack('chaos', {
    speed: options.speed,
    workers: options.workers,
    policyFile: 'test/chaos/policy.yaml',
    teams: [everything],
    storageInMemory: true,
    appSettings: {
      ImprimaturStorage__blobServiceUri: `https://localhost:${storage.port}/${storageAccount}`,
      // Few steps at once on few cores: a step that shares its core with fifty is killed before it ends, each time.
      AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentSessions: '4',
      // An idle session keeps others waiting.
      AzureFunctionsJobHost__extensions__serviceBus__sessionIdleTimeout: '00:00:01',
      // Nobody reads what goes well, and each line is written by one process and read by another.
      AzureFunctionsJobHost__logging__logLevel__default: 'Warning',
      // On the compressed clock entries come one by one, and each batch costs as much as a large one.
      AzureFunctionsJobHost__extensions__serviceBus__minMessageBatchSize: '100',
      AzureFunctionsJobHost__extensions__serviceBus__maxBatchWaitTime: '00:00:20',
    },
    log: (part, line) => {
      if (part === 'functionsHost') workers.read(line);
    },
    before(endpoints) {
      storage.leadTo(Number(new URL(endpoints.blob).port));
      return makeDefinitions(endpoints, [...new Set(planned.map(({ image }) => image))]);
    },
  });
  try {
    return await disturbed(stack, workers, storage, planned, random, options);
  } finally {
    await stack.stop();
    await storage.stop();
  }
}

async function disturbed(
  stack: Stack,
  workers: WorkerLog,
  storage: StorageProxy,
  planned: PlannedVersion[],
  random: Random,
  { limitMs, open, say }: ChaosOptions,
): Promise<ChaosReport> {
  const { endpoints } = stack;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const isLate = () => seconds() * 1_000 > limitMs;
  const received: string[] = [];
  const ends = new Ends(planned);
  const team = listenTeam(endpoints, everything.team, (message) => {
    received.push(message.id);
    ends.note(message);
  });
  for (const effect of armFaults) await addFault(stack, {}, effect, 'always', oneIn);
  const calm = new AbortController();
  const disturbances = undisturbed();
  const disturbing = disturb(stack, workers, storage, random, disturbances, calm.signal);
  const progress = () => `${seconds().toFixed(0)} s: ${ends.number} of ${planned.length} have come to an end`;
  try {
    const mayGoOn = () => !isLate() && !calm.signal.aborted;
    const left = planned.values();
    let written = 0;
    let client = computeClient(endpoints);
    const writeRest = async () => {
      for (const one of left) {
        while (written - ends.number >= open && mayGoOn()) await wait(100);
        if (!mayGoOn()) return;
        written += 1;
        if (written % signInEvery === 0) client = computeClient(endpoints);
        await writeVersion(client, one);
      }
    };
    const tell = async () => {
      for (let toldAt = 0; ends.number < planned.length && mayGoOn(); await wait(250)) {
        if (performance.now() - toldAt < tellEveryMs) continue;
        toldAt = performance.now();
        say(`${progress()}, ${written} are written; so far ${listCounts(disturbances)}`);
      }
    };
    await Promise.all([tell(), ...Array.from({ length: writersAtOnce }, writeRest)]);
  } finally {
    calm.abort();
  }
  await disturbing;
  await clearFaults(stack);
  say(`${progress()}; nothing is killed any more`);
  const api = apiClient(endpoints);
  const isOpen = async () => (await api.images()).some(({ open }) => open.length > 0);
  while ((await isOpen().catch(() => true)) && !isLate()) await wait(500);
  const took = seconds();
  const announced = (await announcedByLogs(stack)).map(({ id }) => id);
  while (new Set(received).size < announced.length && !isLate()) await wait(250);
  await team.stop();
  say(`${seconds().toFixed(0)} s: reading what it came to`);
  const report = await again(() => buildReport(endpoints, api, new Map()));
  const outcomes = Object.groupBy(report.versions, ({ outcome }) => outcome);
  return {
    seconds: took,
    cpu: await cpuSeconds(),
    disturbed: disturbances,
    outcomes: Object.fromEntries(Object.entries(outcomes).map(([outcome, of = []]) => [outcome, of.length])),
    problems: judge(planned, report, { announced, received }),
  };
}

/** Processes that were killed last may still be starting. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}
