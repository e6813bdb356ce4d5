import { createHash, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { OSProfile, SecurityProfile, VirtualMachine } from '@azure/arm-compute';
import type { ImageDefinition, LaunchRequest } from '../ports.ts';
import { toOpenSshKey } from './toOpenSshKey.ts';

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
 * it is deleted with it.
 */
export async function toVirtualMachine(
  { vmName, region, vmSize, expiresAt, imageVersionId, definition }: LaunchRequest,
  { instance, subnetId, dataDiskLuns }: VirtualMachineSurroundings,
): Promise<VirtualMachine> {
  const tags = {
    purpose: 'imprimatur-smoke-test',
    instance,
    expiresAt,
    imageVersionId: imageVersionId.slice(-longestTagValue),
  };
  const confidential = definition.securityType === 'ConfidentialVM';
  const securityProfile = securityProfileOf(definition);
  return {
    location: region,
    tags,
    ...(definition.purchasePlan && { plan: definition.purchasePlan }),
    hardwareProfile: { vmSize },
    storageProfile: {
      imageReference: { id: imageVersionId },
      osDisk: {
        createOption: 'FromImage',
        deleteOption: 'Delete',
        ...(confidential && { managedDisk: { securityProfile: { securityEncryptionType: 'VMGuestStateOnly' } } }),
      },
      dataDisks: dataDiskLuns.map((lun) => ({ lun, createOption: 'FromImage', deleteOption: 'Delete' })),
    },
    ...(definition.osState === 'Generalized' && { osProfile: await osProfileOf(definition, vmName) }),
    ...(securityProfile && { securityProfile }),
    networkProfile: {
      networkApiVersion: '2022-11-01',
      networkInterfaceConfigurations: [
        {
          name: `${vmName}-nic`,
          primary: true,
          deleteOption: 'Delete',
          tags,
          ipConfigurations: [{ name: 'internal', primary: true, subnet: { id: subnetId } }],
        },
      ],
    },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
  };
}

/** Nobody ever signs in: the private key and the password are thrown away as soon as the request is made. */
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
  const { publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const keyData = toOpenSshKey(publicKey);
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

/** The strongest security that ordinary VM sizes offer; confidential VMs need sizes of their own, so only on demand. */
function securityProfileOf({ securityType }: ImageDefinition): SecurityProfile | undefined {
  const uefiSettings = { secureBootEnabled: true, vTpmEnabled: true };
  switch (securityType) {
    case 'TrustedLaunch':
    case 'TrustedLaunchSupported':
    case 'TrustedLaunchAndConfidentialVmSupported':
      return { securityType: 'TrustedLaunch', uefiSettings };
    case 'ConfidentialVM':
      return { securityType: 'ConfidentialVM', uefiSettings };
    default:
      return undefined;
  }
}
