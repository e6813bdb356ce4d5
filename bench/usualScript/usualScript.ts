import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { signedInEnvironment } from '../../local/azureCli/signedInEnvironment.ts';
import { computeClient, makeDefinitions } from '../../local/stack/deploy.ts';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { gallery, location, resourceGroup, smokeTestGroup, subscriptionId } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import { versionResourceId } from '../../shared/domain/ids.ts';
import { startTestStack } from '../../test/e2e/testStack.ts';
import { countCalls, runScript, type ScriptRun } from './runScript.ts';
import { scriptByHand } from './scriptByHand.ts';

/** What the usual script takes for one version. */
export interface UsualScript {
  runs: ScriptRun[];
  armCalls: number;
  /** Of `wallMs`, what Azure itself takes. */
  azureMs: number;
}

const version = '1.0.0';
const times = 2;
const byHand = 'image-by-hand';
const counted = 'image-counted';

/**
 * Runs the script on a clock of real speed, which `az` waits by.
 *
 * @throws where there is no `az`.
 */
export async function usualScript(say: (line: string) => void): Promise<UsualScript> {
  if (!(await isInstalled())) throw new Error('there is no az on the PATH');
  const images = Array.from({ length: times }, (_, index) => `image-${index}`);
  const stack = await startTestStack('bench-usual-script', {
    speed: 1,
    teams: [],
    armSettings: { replicationMs: 1_000, tokenBuckets: false },
    before: (endpoints) => makeDefinitions(endpoints, [byHand, counted, ...images]),
  });
  try {
    await stack.functionsHost.stop();
    const { endpoints } = stack;
    for (const image of [byHand, counted, ...images]) await makeVersion(endpoints, image);
    const folder = resolve('.local/bench-usual-script');
    const signedIn = await signedInEnvironment(join(folder, 'azure-cli'), endpoints);
    const env = (image: string) => ({ ...signedIn, ...scriptEnvironment(image), HOME: folder });
    // Neither is a time of the script's, so they may go on at once.
    const [azureMs, armCalls] = await Promise.all([
      scriptByHand(endpoints, byHand, versionId(byHand)),
      countCalls(env(counted), await madeFolder(join(folder, 'calls'))),
    ]);
    const runs: ScriptRun[] = [];
    for (const image of images) {
      runs.push(await runScript(env(image)));
      say(`the usual script, ${runs.length} of ${times}`);
    }
    return { runs, armCalls, azureMs };
  } finally {
    await stack.stop();
  }
}

const versionId = (image: string) => versionResourceId({ subscriptionId, resourceGroup, gallery, image }, version);

const scriptEnvironment = (image: string) => ({
  VERSION_ID: versionId(image),
  IMAGE: image,
  VM: `vm-${image}`,
  SMOKE_TESTS: smokeTestGroup,
  GALLERY: gallery,
  LOCATION: location,
});

async function makeVersion(endpoints: Endpoints, image: string): Promise<void> {
  await publishVersion(endpoints, image, version, 'healthy');
  const { galleryImageVersions } = computeClient(endpoints);
  const state = async () => (await galleryImageVersions.get(resourceGroup, gallery, image, version)).provisioningState;
  while ((await state()) !== 'Succeeded') await wait(100);
}

async function madeFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

async function isInstalled(): Promise<boolean> {
  const { failed } = await execa('az', ['version'], { reject: false });
  return !failed;
}
