import { createRestError } from '@azure-rest/core-client';
import type { Config } from '../config.ts';
import { parseImageId } from '../domain/ids.ts';
import { AdapterError } from '../errors.ts';
import type { LaunchRequest, RunCommandRequest, SmokeTestResource, SmokeTestVms } from '../ports.ts';
import { hasStatus, unlessAbsent } from './armErrors.ts';
import { callAzure } from './callAzure.ts';
import type { ResourceManager } from './createResourceManager.ts';
import { listGroupResources, networkApiVersion } from './listGroupResources.ts';
import { lookAtVm } from './lookAtVm.ts';
import { toVirtualMachine } from './toVirtualMachine.ts';

/** The VMs of the smoke-test resource group; every change is started and never awaited. */
export function createSmokeTestVms(
  resourceManager: ResourceManager,
  { instance, smokeTest }: Pick<Config, 'instance' | 'smokeTest'>,
): SmokeTestVms {
  const { subnets, ...group } = smokeTest;
  const { resourceGroup } = group;
  const client = () => resourceManager.compute(group.subscriptionId);

  async function launch(request: LaunchRequest, abortSignal: AbortSignal): Promise<{ operationUrl?: string }> {
    const subnetId = subnets[request.region];
    if (subnetId === undefined) {
      const details = { code: 'NoSubnet', retryable: false };
      throw new AdapterError(`region ${request.region} has no smoke-test subnet: add one to the settings`, details);
    }
    const dataDiskLuns =
      request.dataDiskLuns ?? (await readDataDiskLuns(resourceManager, request.imageVersionId, abortSignal));
    const vm = await toVirtualMachine(request, { instance, subnetId, dataDiskLuns });
    let operationUrl: string | undefined;
    try {
      await client().virtualMachines.beginCreateOrUpdate(resourceGroup, request.vmName, vm, {
        // Another process has another key, and a VM's key cannot be changed: what exists is left as it is.
        ifNoneMatch: '*',
        onResponse: ({ headers }) => {
          operationUrl = headers.get('azure-asyncoperation') ?? operationUrl;
        },
        abortSignal,
      });
    } catch (error) {
      if (!hasStatus(error, 412)) throw error;
    }
    return operationUrl === undefined ? {} : { operationUrl };
  }

  async function deleteVm(vmName: string, abortSignal: AbortSignal): Promise<void> {
    const options = { forceDeletion: true, abortSignal };
    await unlessAbsent(client().virtualMachines.beginDelete(resourceGroup, vmName, options));
  }

  async function deleteInterface(id: string, abortSignal: AbortSignal): Promise<void> {
    const path = `${id}?api-version=${networkApiVersion}`;
    const response = await resourceManager.rest.pathUnchecked(path).delete({ abortSignal });
    if (!['200', '202', '204', '404'].includes(response.status)) throw createRestError(response);
  }

  return {
    regions: Object.keys(subnets),
    launch: (request) => callAzure(`launch VM ${request.vmName}`, (abortSignal) => launch(request, abortSignal)),
    look: (vmName, wanted) =>
      callAzure(`look at VM ${vmName}`, (abortSignal) => lookAtVm(resourceManager, group, vmName, wanted, abortSignal)),
    startRunCommand: ({ vmName, region, runCommand, script, timeoutSeconds, outputBlobUri }: RunCommandRequest) =>
      callAzure(`start run command ${runCommand} on VM ${vmName}`, async (abortSignal) => {
        const body = {
          location: region,
          source: { script },
          asyncExecution: false,
          timeoutInSeconds: timeoutSeconds,
          treatFailureAsDeploymentFailure: false,
          ...(outputBlobUri && { outputBlobUri: outputBlobUri.reveal() }),
        };
        const { virtualMachineRunCommands } = client();
        await virtualMachineRunCommands.beginCreateOrUpdate(resourceGroup, vmName, runCommand, body, { abortSignal });
      }),
    restart: (vmName, part) =>
      callAzure(`${part} VM ${vmName}`, async (abortSignal) => {
        const { virtualMachines } = client();
        if (part === 'restart') await virtualMachines.beginRestart(resourceGroup, vmName, { abortSignal });
        else if (part === 'stop') await virtualMachines.beginDeallocate(resourceGroup, vmName, { abortSignal });
        else await virtualMachines.beginStart(resourceGroup, vmName, { abortSignal });
      }),
    delete: (vmName) => callAzure(`delete VM ${vmName}`, (abortSignal) => deleteVm(vmName, abortSignal)),
    listResources: () =>
      callAzure('list the smoke-test resource group', (abortSignal) =>
        listGroupResources(resourceManager, group, abortSignal),
      ),
    deleteResource: ({ id, kind, name }: SmokeTestResource) =>
      callAzure(`delete ${id}`, async (abortSignal) => {
        if (kind === 'virtualMachine') await deleteVm(name, abortSignal);
        else if (kind === 'networkInterface') await deleteInterface(id, abortSignal);
        else await unlessAbsent(client().disks.beginDelete(resourceGroup, name, { abortSignal }));
      }),
  };
}

/** Data disks that come with the image are made with the VM; without being named they would outlive it. */
async function readDataDiskLuns(
  { compute }: ResourceManager,
  imageVersionId: string,
  abortSignal: AbortSignal,
): Promise<number[]> {
  const image = parseImageId(imageVersionId);
  if (!image?.version) {
    const details = { code: 'InvalidParameter', retryable: false };
    throw new AdapterError(`not the resource id of an image version: ${imageVersionId}`, details);
  }
  const { subscriptionId, resourceGroup, gallery, image: name } = image.definition;
  const { galleryImageVersions } = compute(subscriptionId);
  const answer = await galleryImageVersions.get(resourceGroup, gallery, name, image.version, { abortSignal });
  return (answer.storageProfile?.dataDiskImages ?? []).map(({ lun }) => lun);
}
