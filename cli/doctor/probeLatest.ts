import { z } from 'zod';
import type { ProbePlan, ProbeVersion } from './probeVersion.ts';
import { refusalOf } from './resourceManager.ts';
import { describeRefusal, type ThrowAway } from './throwAway.ts';

const vmBody = z.object({
  properties: z.object({
    storageProfile: z.object({ imageReference: z.object({ exactVersion: z.string().optional() }) }),
  }),
});

/**
 * What Azure takes for latest: nothing but a VM that names the definition alone tells it (`exactVersion`). Where there
 * is no latest, the VM is refused.
 *
 * @param number makes the VM's name its own: the VM of an earlier question may still be there
 * @returns a version, `none`, or the refusal when it says something else
 */
export async function latestInRegion(
  throwAway: ThrowAway,
  plan: ProbePlan,
  { definitionId, region, osType }: ProbeVersion,
  number: number,
): Promise<string> {
  const name = `probe-${plan.suffix}-${number}`;
  const id = `${plan.resourceGroup}/providers/Microsoft.Compute/virtualMachines/${name}`;
  const answer = await throwAway.begin(id, {
    location: region,
    properties: {
      hardwareProfile: { vmSize: plan.vmSize },
      storageProfile: {
        imageReference: { id: definitionId },
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: {
        computerName: name,
        adminUsername: 'imprimatur',
        adminPassword: plan.adminPassword,
        ...(osType === 'Linux' && { linuxConfiguration: { disablePasswordAuthentication: false } }),
      },
      networkProfile: networkOf(name, plan),
    },
  });
  if (refusalOf(answer)?.code === 'GalleryImageNotFound') return 'none';
  if (answer.status >= 300) return `the VM is refused: ${describeRefusal(answer)}`;
  const vm = vmBody.safeParse((await throwAway.settled(id)) ?? answer.body);
  return vm.data?.properties.storageProfile.imageReference.exactVersion ?? 'a VM that names no exact version';
}

function networkOf(name: string, { subnetId }: ProbePlan): object {
  const ipConfiguration = { name: 'ip', properties: { primary: true, subnet: { id: subnetId } } };
  return {
    networkApiVersion: '2022-11-01',
    networkInterfaceConfigurations: [
      {
        name: `${name}-nic`,
        properties: { primary: true, deleteOption: 'Delete', ipConfigurations: [ipConfiguration] },
      },
    ],
  };
}
