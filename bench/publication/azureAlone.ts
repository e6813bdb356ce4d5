import { setTimeout as wait } from 'node:timers/promises';
import { appSettings } from '../../local/stack/appSettings.ts';
import { makeDefinitions } from '../../local/stack/deploy.ts';
import { gallery, location, resourceGroup, subscriptionId } from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import { type AzurePorts, createAzurePorts } from '../../shared/azure/createAzurePorts.ts';
import { readConfig } from '../../shared/config.ts';
import { offerIn } from '../../shared/domain/flagPlan.ts';
import { versionResourceId } from '../../shared/domain/ids.ts';
import type { PresentVm } from '../../shared/domain/look.ts';
import { startTestStack } from '../../test/e2e/testStack.ts';

/** What Azure itself takes for one publication, in milliseconds of the stack's clock. */
export interface AzureAlone {
  toLatestMs: number;
  vmAliveMs: number;
}

const version = '1.0.0';
const region = location;

/**
 * The same operations by hand: nothing is written down, and the end of each is seen at once, since local Azure is asked
 * all the time (and refuses nobody who asks too often). No service can be faster that has the checks answered by the boot
 * after the restart.
 */
export async function azureAlone(speed: number, times: number): Promise<AzureAlone[]> {
  const images = Array.from({ length: times }, (_, index) => `image-${index}`);
  const stack = await startTestStack('bench-azure-alone', {
    speed,
    teams: [],
    armSettings: { tokenBuckets: false },
    before: (endpoints) => makeDefinitions(endpoints, images),
  });
  try {
    await stack.functionsHost.stop();
    const settings = appSettings(stack.endpoints, '2026-11-22T08:00:00.000Z');
    // Where the Azure SDK looks for the managed identity.
    Object.assign(process.env, settings);
    const ports = createAzurePorts(readConfig(settings));
    const results: AzureAlone[] = [];
    for (const image of images) {
      await publishVersion(stack.endpoints, image, version, 'healthy');
      results.push(await publishByHand(ports, image, speed));
    }
    await ports.close();
    return results;
  } finally {
    await stack.stop();
  }
}

async function publishByHand(
  { galleries, smokeTestVms: vms }: AzurePorts,
  image: string,
  speed: number,
): Promise<AzureAlone> {
  const definition = { subscriptionId, resourceGroup, gallery, image };
  const now = () => performance.now() * speed;
  const vmName = `imp-${image}`;
  const untilVm = (isSo: (vm: PresentVm) => boolean, runCommand?: string) =>
    until(async () => {
      const vm = await vms.look(vmName, { serialLog: false, ...(runCommand !== undefined && { runCommand }) });
      return vm !== undefined && isSo(vm) ? vm : undefined;
    });
  const check = async (runCommand: string) => {
    const script = `cat /proc/sys/kernel/random/boot_id
systemctl is-active nginx && curl --silent --fail --max-time 5 http://localhost/`;
    await vms.startRunCommand({ vmName, region, runCommand, script, timeoutSeconds: 60 });
    const { runCommand: ended } = await untilVm((vm) => vm.runCommand?.kind === 'finished', runCommand);
    return ended?.kind === 'finished' ? ended.output.split('\n', 1)[0] : undefined;
  };
  // Until it goes down, the old boot answers.
  const checkRestarted = async (oldBoot: string | undefined) => {
    for (let times = 1; ; times += 1) {
      const boot = await check(`again-${times}`);
      if (boot && boot !== oldBoot) return;
    }
  };
  const versionIs = (isSo: (look: NonNullable<Awaited<ReturnType<typeof galleries.getVersion>>>) => boolean) =>
    until(async () => {
      const look = await galleries.getVersion(definition, version);
      return look?.provisioningState === 'Succeeded' && isSo(look) ? look : undefined;
    });

  await versionIs(() => true);
  const begin = now();
  const [found, imageDefinition] = await Promise.all([
    galleries.getVersion(definition, version),
    galleries.getDefinition(definition),
  ]);
  if (!found || !imageDefinition) throw new Error(`${image} is gone`);
  const imageVersionId = versionResourceId(definition, version);
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const settings = { region, vmSize: 'Standard_D2s_v5' };
  await vms.launch({ vmName, expiresAt, imageVersionId, definition: imageDefinition, ...settings });
  const launched = now();
  await untilVm(({ agentReady }) => agentReady);
  const firstBoot = await check('first');
  await vms.restart(vmName, 'restart');
  await checkRestarted(firstBoot);
  await vms.delete(vmName);
  const deleted = now();
  await galleries.writeFlags(definition, version, offerIn(found, [region]));
  await versionIs(({ excludeFromLatest }) => !excludeFromLatest);
  return { toLatestMs: now() - begin, vmAliveMs: deleted - launched };
}

async function until<Seen>(look: () => Promise<Seen | undefined>): Promise<Seen> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await wait(2);
  }
}
