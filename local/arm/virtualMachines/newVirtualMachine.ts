import { randomBytes, randomUUID } from 'node:crypto';
import type { Arm } from '../arm.ts';
import { type ArmRequest, instant, systemData } from '../request.ts';
import { newIncarnation } from '../resources.ts';
import type { SourceImage } from './resolveImage.ts';
import {
  type VirtualMachine,
  type VirtualMachineBody,
  type VirtualMachineProperties,
  virtualMachines,
} from './virtualMachineTypes.ts';

const minuteMs = 60_000;
const osProvisioningTimeoutMs = { Linux: 20 * minuteMs, Windows: 40 * minuteMs };
/** From this api-version on an unset security type is answered as Standard. */
const standardShownSince = '2025-11-01';

/** A virtual machine as it is at acceptance, with everything that Azure fills in. */
export function newVirtualMachine(
  arm: Arm,
  request: ArmRequest,
  body: VirtualMachineBody,
  { location, image, failed }: { location: string; image: SourceImage; failed: VirtualMachine | undefined },
): VirtualMachine {
  const { id, name } = request.target;
  const { windowsConfiguration } = body.properties.osProfile ?? {};
  const offer = body.properties.storageProfile?.imageReference?.offer ?? '';
  const windows = windowsConfiguration !== undefined || /windows/i.test(offer);
  const osType = image.definition?.osType ?? (windows ? 'Windows' : 'Linux');
  const allocateAt = request.at + arm.settings.allocationMs;
  return {
    id,
    name,
    type: virtualMachines.name,
    location,
    ...(body.tags && { tags: body.tags }),
    ...(body.plan && { plan: body.plan }),
    ...(body.zones && { zones: body.zones }),
    properties: withDefaults(request, body.properties, { name, osType, image }),
    systemData: systemData(request, failed?.systemData),
    incarnation: failed?.incarnation ?? newIncarnation(),
    state: {
      guestImage: image.guestImage,
      osType,
      hyperVGeneration: image.definition?.hyperVGeneration ?? 'V1',
      specialized: image.definition?.osState === 'Specialized',
      createOperation: '',
      allocateAt,
      provisioningDeadline: allocateAt + osProvisioningTimeoutMs[osType],
      ...(image.version && { imageVersionId: image.version.id }),
    },
  };
}

function withDefaults(
  { at, apiVersion }: ArmRequest,
  properties: VirtualMachineProperties,
  { name, osType, image }: { name: string; osType: 'Linux' | 'Windows'; image: SourceImage },
): VirtualMachineProperties {
  const { storageProfile, osProfile, securityProfile } = properties;
  const imageReference = { ...storageProfile?.imageReference };
  if (image.version) imageReference.exactVersion = image.version.name;
  const suffix = () => randomBytes(16).toString('hex');
  const imageDisks = image.version?.properties.storageProfile.dataDiskImages ?? [];
  const dataDisks = [
    ...(storageProfile?.dataDisks ?? []),
    ...imageDisks
      .filter(({ lun }) => !storageProfile?.dataDisks?.some((disk) => disk.lun === lun))
      .map(({ lun }) => ({ lun })),
  ].map((disk) => ({
    createOption: 'FromImage',
    deleteOption: 'Detach' as const,
    name: `${name}_disk${disk.lun + 2}_${suffix()}`,
    ...disk,
  }));
  return {
    ...properties,
    vmId: randomUUID(),
    timeCreated: instant(at),
    storageProfile: {
      ...storageProfile,
      imageReference,
      osDisk: {
        osType,
        name: `${name}_OsDisk_1_${suffix()}`,
        createOption: 'FromImage',
        caching: 'ReadWrite',
        deleteOption: 'Detach',
        diskSizeGB: 30,
        ...storageProfile?.osDisk,
        managedDisk: { storageAccountType: 'Standard_LRS', ...storageProfile?.osDisk?.managedDisk },
      },
      dataDisks,
    },
    ...(osProfile && { osProfile: shownOsProfile(osProfile, osType) }),
    ...(!securityProfile?.securityType &&
      apiVersion >= standardShownSince && {
        securityProfile: { ...securityProfile, securityType: 'Standard' },
      }),
  };
}

type OsProfile = NonNullable<VirtualMachineProperties['osProfile']>;

/** Secrets come in and never go out. */
function shownOsProfile(
  { adminPassword: _password, customData: _data, ...shown }: OsProfile,
  osType: string,
): OsProfile {
  const linux = { disablePasswordAuthentication: false, provisionVMAgent: true, ...shown.linuxConfiguration };
  const windows = { provisionVMAgent: true, enableAutomaticUpdates: true, ...shown.windowsConfiguration };
  return {
    secrets: [],
    allowExtensionOperations: true,
    requireGuestProvisionSignal: true,
    ...shown,
    ...(osType === 'Linux' ? { linuxConfiguration: linux } : { windowsConfiguration: windows }),
  };
}
