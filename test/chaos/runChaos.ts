import { setTimeout as wait } from 'node:timers/promises';
import { buildReport } from '../../local/demo/report.ts';
import { storyId } from '../../local/demo/stories.ts';
import { apiClient } from '../../local/stack/apiClient.ts';
import { makeDefinitions } from '../../local/stack/deploy.ts';
import { listenTeam } from '../../local/stack/listenTeam.ts';
import { storageAccount } from '../../local/stack/names.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { announcedByLogs } from '../e2e/announcedByLogs.ts';
import { addFault, clearFaults } from '../e2e/faults.ts';
import { everything, startTestStack } from '../e2e/testStack.ts';
import { Random } from '../simulation/random.ts';
import { type Disturbed, disturb } from './disturb.ts';
import { judge } from './judge.ts';
import { type PlannedVersion, plan } from './plan.ts';
import { StorageProxy } from './storageProxy.ts';
import { writeVersion } from './writeVersion.ts';

export interface ChaosOptions {
  versions: number;
  definitions: number;
  seed: number;
  workers: number;
  speed: number;
  /** After which what is not finished is a problem; real time. */
  limitMs: number;
  say(line: string): void;
}

export interface ChaosReport {
  seconds: number;
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

/** Publishes many versions while everything around the app fails, and judges where all has led to. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(options.seed);
  const planned = plan(random, options.versions, options.definitions);
  const storage = await StorageProxy.start();
  const stack = await startTestStack('chaos', {
    speed: options.speed,
    workers: options.workers,
    policyFile: 'test/chaos/policy.yaml',
    teams: [everything],
    appSettings: { ImprimaturStorage__blobServiceUri: `https://localhost:${storage.port}/${storageAccount}` },
    before(endpoints) {
      storage.leadTo(Number(new URL(endpoints.blob).port));
      return makeDefinitions(endpoints, [...new Set(planned.map(({ image }) => image))]);
    },
  });
  try {
    return await disturbed(stack, storage, planned, random, options);
  } finally {
    await stack.stop();
    await storage.stop();
  }
}

async function disturbed(
  stack: Stack,
  storage: StorageProxy,
  planned: PlannedVersion[],
  random: Random,
  { limitMs, say }: ChaosOptions,
): Promise<ChaosReport> {
  const { endpoints } = stack;
  const startedAt = performance.now();
  const isLate = () => performance.now() - startedAt > limitMs;
  const received: { id: string; type: string; subject: string }[] = [];
  const team = listenTeam(endpoints, everything.team, (message) => received.push(message));
  for (const effect of armFaults) await addFault(stack, {}, effect, 'always', oneIn);
  const calm = new AbortController();
  const disturbing = disturb(stack, storage, random, calm.signal);
  try {
    for (const one of planned) await writeVersion(endpoints, one);
    say(`${planned.length} versions are written`);
    const ends = () => countEnded(planned, received);
    for (let told = -1; ends() < planned.length && !isLate(); await wait(250)) {
      if (ends() === told) continue;
      told = ends();
      say(`${told} of ${planned.length} versions have come to an end`);
    }
  } finally {
    calm.abort();
  }
  const disturbances = await disturbing;
  await clearFaults(stack);
  const api = apiClient(endpoints);
  const isOpen = async () => (await api.images()).some(({ open }) => open.length > 0);
  while ((await isOpen().catch(() => true)) && !isLate()) await wait(500);
  const seconds = (performance.now() - startedAt) / 1_000;
  const announced = (await announcedByLogs(stack)).map(({ id }) => id);
  while (new Set(received.map(({ id }) => id)).size < announced.length && !isLate()) await wait(250);
  await team.stop();
  const report = await buildReport(endpoints, api, new Map());
  const outcomes = Object.groupBy(report.versions, ({ outcome }) => outcome);
  return {
    seconds,
    disturbed: disturbances,
    outcomes: Object.fromEntries(Object.entries(outcomes).map(([outcome, of = []]) => [outcome, of.length])),
    problems: judge(planned, report, { announced, received: received.map(({ id }) => id) }),
  };
}

const end = /^imprimatur\.imageVersion\.(published|quarantined|superseded|inconclusive|needsAttention)\./;

function countEnded(planned: PlannedVersion[], received: { type: string; subject: string }[]): number {
  const ended = new Set(received.filter(({ type }) => end.test(type)).map(({ subject }) => subject));
  return planned.filter((one) => ended.has(storyId(one))).length;
}
