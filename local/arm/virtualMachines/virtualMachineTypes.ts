import { z } from 'zod';
import type { ErrorBody } from '../errors.ts';
import type { Resource, ResourceType } from '../resources.ts';

const deleteOption = z.enum(['Delete', 'Detach']);
const reference = z.looseObject({ id: z.string() });

const managedDisk = z.looseObject({ id: z.string().optional(), storageAccountType: z.string().optional() });
const disk = z.looseObject({
  name: z.string().optional(),
  createOption: z.string().optional(),
  deleteOption: deleteOption.optional(),
  diskSizeGB: z.number().optional(),
  managedDisk: managedDisk.optional(),
});
const dataDisk = z.looseObject({ ...disk.shape, lun: z.int() });

const imageReference = z.looseObject({
  id: z.string().optional(),
  publisher: z.string().optional(),
  offer: z.string().optional(),
  sku: z.string().optional(),
  version: z.string().optional(),
});

const networkInterface = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ primary: z.boolean().optional(), deleteOption: deleteOption.optional() }).optional(),
});

const networkInterfaceConfiguration = z.looseObject({
  name: z.string(),
  properties: z.looseObject({
    primary: z.boolean().optional(),
    deleteOption: deleteOption.optional(),
    ipConfigurations: z.array(
      z.looseObject({
        name: z.string(),
        properties: z.looseObject({ primary: z.boolean().optional(), subnet: reference.optional() }).optional(),
      }),
    ),
  }),
});

const osProfile = z.looseObject({
  computerName: z.string().optional(),
  adminUsername: z.string().optional(),
  adminPassword: z.string().optional(),
  customData: z.string().optional(),
  linuxConfiguration: z.looseObject({}).optional(),
  windowsConfiguration: z.looseObject({}).optional(),
});

const virtualMachineProperties = z.looseObject({
  hardwareProfile: z.looseObject({ vmSize: z.string().optional() }).optional(),
  storageProfile: z
    .looseObject({
      imageReference: imageReference.optional(),
      osDisk: disk.optional(),
      dataDisks: z.array(dataDisk).optional(),
    })
    .optional(),
  osProfile: osProfile.optional(),
  securityProfile: z.looseObject({ securityType: z.string().optional() }).optional(),
  networkProfile: z
    .looseObject({
      networkApiVersion: z.string().optional(),
      networkInterfaces: z.array(networkInterface).optional(),
      networkInterfaceConfigurations: z.array(networkInterfaceConfiguration).optional(),
    })
    .optional(),
  diagnosticsProfile: z
    .looseObject({
      bootDiagnostics: z.looseObject({ enabled: z.boolean().optional(), storageUri: z.string().optional() }).optional(),
    })
    .optional(),
});

const plan = z.looseObject({
  name: z.string().optional(),
  publisher: z.string().optional(),
  product: z.string().optional(),
});

export const virtualMachineBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  plan: plan.optional(),
  zones: z.array(z.string()).optional(),
  identity: z.looseObject({}).optional(),
  properties: virtualMachineProperties.default({}),
});

export type VirtualMachineBody = z.output<typeof virtualMachineBody>;
export type VirtualMachineProperties = z.output<typeof virtualMachineProperties>;
export type NetworkInterfaceConfiguration = z.output<typeof networkInterfaceConfiguration>;
export type NetworkInterfaceReference = z.output<typeof networkInterface>;
export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

export interface VirtualMachineState {
  guestImage: string;
  osType: 'Linux' | 'Windows';
  hyperVGeneration: string;
  /** Made of a specialized image: Azure does not wait for OS provisioning. */
  specialized: boolean;
  /** Unset until it is allocated. */
  power?: PowerState;
  createOperation: string;
  allocateAt: number;
  provisioningDeadline: number;
  /** When its creation ended well. */
  provisionedAt?: string;
  failure?: ErrorBody;
  /** The image version it was made of, for the disks. */
  imageVersionId?: string;
}

export interface DiskState {
  guestImage?: string;
}

export type VirtualMachine = Resource<VirtualMachineProperties, VirtualMachineState>;
export const virtualMachines: ResourceType<VirtualMachineProperties, VirtualMachineState> = {
  name: 'Microsoft.Compute/virtualMachines',
};
export const disks: ResourceType<{ diskState: string; [name: string]: unknown }, DiskState> = {
  name: 'Microsoft.Compute/disks',
};
