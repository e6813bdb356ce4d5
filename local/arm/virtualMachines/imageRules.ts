import { ArmError, badRequest, invalidParameter, requiredParameter } from '../errors.ts';
import type { SourceImage } from './resolveImage.ts';
import type { VirtualMachineBody } from './virtualMachineTypes.ts';

/** Sizes of older hardware boot generation 1 only; confidential sizes boot generation 2 only. */
const generation1Only = /^(Basic_A|Standard_A)\d|^Standard_D\d+(_v2|_v3)?$/i;
const generation2Only = /^Standard_[DE]C\d/i;
const arm64Size = /^Standard_[A-Z]+\d+[a-z]*p/i;

/** Refuses a virtual machine that does not fit its image, as Azure does before it allocates anything. */
export function requireFit(body: VirtualMachineBody, image: SourceImage, vmId: string): void {
  const { osProfile, hardwareProfile } = body.properties;
  const vmSize = hardwareProfile?.vmSize ?? '';
  const { definition } = image;
  const specialized = definition?.osState === 'Specialized';
  if (specialized && osProfile) throw invalidParameter('osProfile', `Parameter 'osProfile' is not allowed.`);
  if (!specialized && !osProfile) throw requiredParameter('osProfile');
  if (!specialized && !osProfile?.adminUsername) throw requiredParameter('osProfile.adminUsername');
  if (!definition) return;
  requirePlan(body, definition.purchasePlan, vmId);
  requireGeneration(vmSize, definition.hyperVGeneration === 'V2' ? '2' : '1');
  requireArchitecture(vmSize, definition.architecture ?? 'x64');
  const feature = definition.features?.find(({ name }) => name.toLowerCase() === 'securitytype');
  requireSecurityType(body.properties.securityProfile?.securityType ?? 'Standard', feature?.value ?? 'Standard');
}

type Plan = VirtualMachineBody['plan'];

function requirePlan({ plan }: VirtualMachineBody, expected: Plan, vmId: string): void {
  const parts = (value: Plan) => [value?.name, value?.publisher, value?.product].map((part) => part?.toLowerCase());
  if (parts(plan).join('|') === parts(expected).join('|')) return;
  const shown = (value: Plan) => (value ? `${value.name}:${value.publisher}:${value.product}` : 'null');
  throw new ArmError(400, {
    code: 'VMMarketplaceInvalidInput',
    message: `The resource with id ${vmId} has a different plan ['${shown(plan)}'] than the parent gallery image plan ['${shown(expected)}'].`,
  });
}

function requireGeneration(vmSize: string, generation: '1' | '2'): void {
  const unfit = generation === '2' ? generation1Only.test(vmSize) : generation2Only.test(vmSize);
  if (!unfit) return;
  throw badRequest(
    `The selected VM size '${vmSize}' cannot boot Hypervisor Generation '${generation}'. If this was a Create operation please check that the Hypervisor Generation of the Image matches the Hypervisor Generation of the selected VM Size. If this was an Update operation please select a Hypervisor Generation '${generation}' VM Size.`,
  );
}

function requireArchitecture(vmSize: string, architecture: string): void {
  const sizeArchitecture = arm64Size.test(vmSize) ? 'Arm64' : 'x64';
  if (sizeArchitecture === architecture) return;
  throw badRequest(
    `Cannot create a VM of size '${vmSize}' because this VM size only supports a CPU Architecture of '${sizeArchitecture}', but an image or disk with CPU Architecture '${architecture}' was given. Please check that the CPU Architecture of the image or disk is compatible with that of the VM size.`,
  );
}

function requireSecurityType(wanted: string, feature: string): void {
  const lower = feature.toLowerCase();
  for (const type of ['TrustedLaunch', 'ConfidentialVM']) {
    if (lower === type.toLowerCase() && wanted !== type) {
      throw badRequest(
        `The provided gallery image only supports creation of VMs and VM Scale Sets with '${type}' security type.`,
      );
    }
    if (wanted === type && !lower.includes(type.toLowerCase())) {
      throw badRequest(
        `Use of ${type} setting is not supported for the provided image. Please select ${type} Supported Gen2 OS Image.`,
      );
    }
  }
}
