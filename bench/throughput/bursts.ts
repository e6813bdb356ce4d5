import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { clearLockedPorts } from 'get-port';
import { bundle } from '../../.ci/bundle.ts';
import { choosePorts } from '../../local/stack/choosePorts.ts';
import { makeDefinitions } from '../../local/stack/deploy.ts';
import { anyPorts, type StackPorts } from '../../local/stack/ports.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { startTestStack } from '../../test/e2e/testStack.ts';
import { type Publication, publishAll } from '../publication/publishAll.ts';
import { watchProcess } from '../publication/watchProcess.ts';
import { type RecordedInvocation, readInvocations } from './operations.ts';
import { areDone, busyMs, lastSteps, totals } from './throughput.ts';

const speed = 5;
const limitMs = 240_000;
const folder = resolve('.local/bench-throughput');
const apps = { recording: join(folder, 'recording'), replay: join(folder, 'replay') };
const recordFile = join(folder, 'record.jsonl');
const replayFile = join(folder, 'replay.jsonl');

export interface Burst {
  perMinute: number;
  /** Of the worker, for each publication. */
  processorMs: number;
  invocations: RecordedInvocation[];
}

export interface RecordedBurst extends Burst {
  ports: StackPorts;
  /** How many steps each session needed. */
  needed: Map<string, number>;
}

export async function makeBurstApps(): Promise<void> {
  await bundle(apps.recording, { sourcemap: false, entryPoint: 'bench/throughput/recordingApp.ts' });
  await bundle(apps.replay, { sourcemap: false, entryPoint: 'bench/throughput/replayApp.ts' });
}

/** A burst by the service, of one version for each image definition. */
export async function recordBurst(images: string[]): Promise<RecordedBurst> {
  const ports = await choosePorts(anyPorts);
  const publications: Publication[] = [];
  const processorMs = await runBurst(images, apps.recording, ports, { BENCH_OPERATIONS: recordFile }, async (stack) => {
    publications.push(...(await publishAll(stack, images, limitMs)));
  });
  const record = readInvocations(recordFile);
  const needed = lastSteps(record, publications);
  return { ...burstOf(record, needed, processorMs), needed, ports };
}

/**
 * The operations of the burst that was recorded last, on the same ports, so that every URL is that of the record.
 *
 * @throws where it comes to no end, or to another than the record: Azure answered a tenth otherwise.
 */
export async function replayBurst(images: string[], { needed, ports }: RecordedBurst): Promise<Burst> {
  const env = { BENCH_RECORD: recordFile, BENCH_OPERATIONS: replayFile };
  const processorMs = await runBurst(images, apps.replay, ports, env, async ({ endpoints }) => {
    const until = performance.now() + limitMs;
    for (const image of images) await publishVersion(endpoints, image, '1.0.0', 'healthy');
    while (!existsSync(replayFile) || !areDone(readInvocations(replayFile), needed)) {
      if (performance.now() > until) throw new Error('the replay does not come to an end');
      await wait(250);
    }
    const [first] = totals(readInvocations(replayFile)).givenUp;
    if (first !== undefined) throw new Error(`Azure never came as far as in the record: ${first}`);
  });
  const replayed = readInvocations(replayFile);
  const { operations, answeredOtherwise } = totals(replayed);
  if (answeredOtherwise > operations / 10) throw new Error(`${answeredOtherwise} of ${operations} answers were others`);
  return burstOf(replayed, needed, processorMs);
}

/** Nobody is refused for asking too often, since that would be the bound of both. Returns the worker's processor time. */
async function runBurst(
  images: string[],
  app: string,
  ports: StackPorts,
  env: Record<string, string> & { BENCH_OPERATIONS: string },
  act: (stack: Stack) => Promise<void>,
): Promise<number> {
  await rm(env.BENCH_OPERATIONS, { force: true });
  // They are ours: chosen a moment ago, or those of the stack before.
  clearLockedPorts();
  const stack = await startTestStack('bench-throughput-azure', {
    ports,
    speed,
    app,
    policyFile: 'bench/publication/policy.yaml',
    armSettings: { tokenBuckets: false },
    appSettings: env,
    before: (endpoints) => makeDefinitions(endpoints, images),
  });
  try {
    const { pid } = stack.functionsHost;
    if (pid === undefined) throw new Error('the Functions host does not run');
    return (await watchProcess(pid, () => act(stack))).processorMs;
  } finally {
    await stack.stop();
  }
}

function burstOf(invocations: RecordedInvocation[], needed: Map<string, number>, processorMs: number): Burst {
  const minutes = busyMs(invocations, needed) / speed / 60_000;
  return { perMinute: needed.size / minutes, processorMs: processorMs / needed.size, invocations };
}
