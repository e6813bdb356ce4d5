import { createHash, randomBytes } from 'node:crypto';
import type { ManagedDiskParameters, OSProfile, SecurityProfile, VirtualMachine } from '@azure/arm-compute';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { LaunchRequest } from '../ports.ts';
import { nobodysKey } from './nobodysKey.ts';

export interface VirtualMachineSurroundings {
  instance: string;
  subnetId: string;
  /** Logical unit numbers of the data disks in the image: each disk must be told to go with its VM. */
  dataDiskLuns: number[];
}

const longestTagValue = 256;
const user = 'imprimatur';
/** Longest name of a Windows computer. */
const windowsNameLength = 15;

/**
 * The whole smoke-test VM as one request body: it is reached from nowhere, has no identity, and everything made with
 * it is deleted with it. A VM of a specialised image takes no osProfile ("Parameter 'osProfile' is not allowed"), and
 * one of an image with a purchase plan must name the same plan (Azure's documentation of Compute Gallery).
 */
export async function toVirtualMachine(
  request: LaunchRequest,
  { instance, subnetId, dataDiskLuns }: VirtualMachineSurroundings,
): Promise<VirtualMachine> {
  const { vmName, region, vmSize, expiresAt, imageVersionId, definition, acceleratedNetworking } = request;
  const tags = {
    purpose: 'imprimatur-smoke-test',
    instance,
    expiresAt,
    imageVersionId: imageVersionId.slice(-longestTagValue),
  };
  const securityProfile = securityProfileOf(request);
  return {
    location: region,
    tags,
    ...(definition.purchasePlan && { plan: definition.purchasePlan }),
    hardwareProfile: { vmSize },
    storageProfile: {
      imageReference: { id: imageVersionId },
      ...(request.diskController && { diskControllerType: request.diskController }),
      osDisk: { createOption: 'FromImage', deleteOption: 'Delete', managedDisk: managedDiskOf(request) },
      dataDisks: dataDiskLuns.map((lun) => ({ lun, createOption: 'FromImage', deleteOption: 'Delete' })),
    },
    ...(definition.osState === 'Generalized' && { osProfile: await osProfileOf(definition, vmName) }),
    ...(securityProfile && { securityProfile }),
    ...(request.hibernation && { additionalCapabilities: { hibernationEnabled: true } }),
    networkProfile: {
      networkApiVersion: '2022-11-01',
      networkInterfaceConfigurations: [
        {
          name: `${vmName}-nic`,
          primary: true,
          deleteOption: 'Delete',
          ...(acceleratedNetworking !== undefined && { enableAcceleratedNetworking: acceleratedNetworking }),
          tags,
          ipConfigurations: [{ name: 'internal', primary: true, subnet: { id: subnetId } }],
        },
      ],
    },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
  };
}

/** Nobody ever signs in: nobody has the private key, and the password is thrown away as soon as the request is made. */
async function osProfileOf({ osType }: ImageDefinition, vmName: string): Promise<OSProfile> {
  if (osType === 'Windows') {
    const computerName = `imp-${createHash('sha256').update(vmName).digest('hex')}`.slice(0, windowsNameLength);
    return {
      computerName,
      adminUsername: user,
      adminPassword: `Aa1!${randomBytes(30).toString('base64url')}`,
      windowsConfiguration: { provisionVMAgent: true, enableAutomaticUpdates: false },
    };
  }
  const keyData = await nobodysKey();
  return {
    computerName: vmName,
    adminUsername: user,
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      provisionVMAgent: true,
      ssh: { publicKeys: [{ path: `/home/${user}/.ssh/authorized_keys`, keyData }] },
    },
  };
}

/**
 * A confidential VM must say what of its disk is encrypted with keys of its own; the guest state alone asks nothing of
 * the disk (VirtualMachine of the REST API, `securityEncryptionType`).
 */
function managedDiskOf({ osDiskType, securityType }: LaunchRequest): ManagedDiskParameters {
  return {
    ...(osDiskType !== undefined && { storageAccountType: osDiskType }),
    ...(securityType === 'ConfidentialVM' && { securityProfile: { securityEncryptionType: 'VMGuestStateOnly' } }),
  };
}

/** Standard is what Azure makes without any profile. */
function securityProfileOf({ securityType }: LaunchRequest): SecurityProfile | undefined {
  if (securityType === undefined || securityType === 'Standard') return undefined;
  return { securityType, uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } };
}
