import { computeClient } from '../../local/stack/deploy.ts';
import type { Endpoints } from '../../local/stack/endpoints.ts';
import { gallery, location, resourceGroup, smokeTestGroup, subnetId } from '../../local/stack/names.ts';

/** Much less than what Azure takes for anything. */
const often = { updateIntervalInMs: 100 };

/**
 * What Azure itself takes for the operations of the script, in milliseconds of a clock of real speed: the end of each is
 * seen at once, and the next begun.
 */
export async function scriptByHand(endpoints: Endpoints, image: string, versionId: string): Promise<number> {
  const { virtualMachines, galleryImageVersions } = hastyClient(endpoints);
  const vm = `vm-${image}`;
  const begun = performance.now();
  await virtualMachines.createOrUpdate(
    smokeTestGroup,
    vm,
    {
      location,
      hardwareProfile: { vmSize: 'Standard_D2s_v5' },
      storageProfile: {
        imageReference: { id: versionId },
        osDisk: { createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: { computerName: vm, adminUsername: 'azureuser', adminPassword: 'Azure-user-1' },
      networkProfile: {
        networkApiVersion: '2020-11-01',
        networkInterfaceConfigurations: [
          {
            name: vm,
            primary: true,
            deleteOption: 'Delete',
            ipConfigurations: [{ name: vm, subnet: { id: subnetId(location) } }],
          },
        ],
      },
    },
    often,
  );
  const script = ['systemctl is-active nginx && curl --silent --fail --max-time 5 http://localhost/'];
  await virtualMachines.runCommand(smokeTestGroup, vm, { commandId: 'RunShellScript', script }, often);
  await virtualMachines.delete(smokeTestGroup, vm, often);
  const publishingProfile = { excludeFromLatest: false };
  await galleryImageVersions.update(resourceGroup, gallery, image, '1.0.0', { publishingProfile }, often);
  return performance.now() - begun;
}

/** One that looks for the end of an operation as often as it likes, whatever Azure asks for. */
function hastyClient(endpoints: Endpoints) {
  const client = computeClient(endpoints);
  client.pipeline.addPolicy({
    name: 'ignoreRetryAfter',
    async sendRequest(request, next) {
      const response = await next(request);
      response.headers.delete('retry-after');
      return response;
    },
  });
  return client;
}
