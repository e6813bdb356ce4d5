import { describe, expect, it } from 'vitest';
import type { ImageDefinition } from '../../../shared/domain/imageDefinition.ts';
import { parsePolicy } from '../../../shared/domain/policyFile.ts';
import { vmSizeFamilies } from '../../../shared/smokeTest/plan/vmSizes.ts';
import { testPlan } from '../../../shared/smokeTest/testPlan.ts';
import { linuxDefinition } from '../../fakes/linuxDefinition.ts';
import { fc } from '../../fastCheck.ts';

const version = {
  version: '1.4.0',
  location: 'westeurope',
  provisioningState: 'Succeeded' as const,
  excludeFromLatest: true,
  targetRegions: [{ name: 'northeurope' }, { name: 'westeurope' }, { name: 'uksouth' }],
  safetyProfile: {},
};

function plan(definition: Partial<ImageDefinition>, smokeTest = '{}', subnets = ['westeurope']) {
  const parsed = parsePolicy(`version: 1\nsmokeTest: ${smokeTest}\n`);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.problems));
  return testPlan({ ...linuxDefinition, ...definition }, version, parsed.policy.defaults.policy, subnets);
}
const order = (...from: Parameters<typeof plan>) =>
  plan(...from).configurations.map(({ region, vmSize }) => `${vmSize} in ${region}`);
const feature = (name: string, value: string, startsAtVersion?: string) => ({
  features: [{ name, value, ...(startsAtVersion !== undefined && { startsAtVersion }) }],
});
const first = (...from: Parameters<typeof plan>) => plan(...from).configurations[0];

describe('the order of a test plan', () => {
  it('tries every family at home, then in the other regions that have a subnet', () => {
    expect(order({}, '{ vmSizes: [a, b], maxAttempts: 4 }', ['northeurope', 'westeurope'])).toEqual([
      'a in westeurope',
      'b in westeurope',
      'a in northeurope',
      'b in northeurope',
    ]);
  });

  it('tries a second size of one family only after other families and other regions', () => {
    const sizes = 'Standard_D2s_v5, Standard_D4s_v5, Standard_D2as_v5';
    expect(order({}, `{ vmSizes: [${sizes}], maxAttempts: 6 }`, ['northeurope', 'westeurope'])).toEqual([
      'Standard_D2s_v5 in westeurope',
      'Standard_D2as_v5 in westeurope',
      'Standard_D2s_v5 in northeurope',
      'Standard_D2as_v5 in northeurope',
      'Standard_D4s_v5 in westeurope',
      'Standard_D4s_v5 in northeurope',
    ]);
  });

  it('keeps its last attempt for another region, in which it shows whether a region or the image is to blame', () => {
    expect(order({}, '{ vmSizes: [a, b, c, d], maxAttempts: 3 }', ['northeurope', 'westeurope'])).toEqual([
      'a in westeurope',
      'b in westeurope',
      'a in northeurope',
    ]);
  });

  it('keeps to the regions and the number of attempts of the policy, and says what it cut', () => {
    const policy = '{ vmSizes: [a, b], maxAttempts: 1, regions: [uksouth] }';
    expect(order({}, policy, ['uksouth'])).toEqual(['a in uksouth']);
    expect(plan({}, policy, ['uksouth']).leftOut).toEqual([
      { why: '1 more configurations: maxAttempts of the policy is 1' },
    ]);
  });

  it('understands the names of regions as Azure shows them', () => {
    expect(order({}, '{ vmSizes: [a], regions: [UK South] }', ['uksouth'])).toEqual(['a in uksouth']);
  });

  it('is empty where no target region has a subnet, and says what to change', () => {
    const empty = plan({}, '{ vmSizes: [a], regions: [eastus, westeurope] }', ['eastus']);
    expect(empty.configurations).toEqual([]);
    expect(empty.leftOut).toEqual([
      { region: 'eastus', why: 'not a target region of the version' },
      { region: 'westeurope', why: 'no smoke-test subnet there' },
    ]);
    expect(empty.problem).toBe(
      'no region can launch it (eastus: not a target region of the version; westeurope: no smoke-test subnet there): ' +
        'replicate the version to a region that has a smoke-test subnet, or add a subnet',
    );
  });
});

describe('the sizes of a test plan', () => {
  it.each<[string, Partial<ImageDefinition>, string[]]>([
    ['generation 2', {}, ['Standard_D2s_v5', 'Standard_D2as_v5', 'Standard_D2s_v4']],
    ['generation 1', { generation: 'V1' }, ['Standard_D2s_v5', 'Standard_D2as_v5', 'Standard_D2s_v4']],
    ['Arm64', { architecture: 'Arm64' }, ['Standard_D2ps_v5', 'Standard_D2ps_v6', 'Standard_B2ps_v2']],
    [
      'confidential',
      feature('SecurityType', 'ConfidentialVM'),
      ['Standard_DC2as_v5', 'Standard_DC2as_v6', 'Standard_DC2es_v6'],
    ],
  ])('are chosen to fit an image that is %s when the policy names none', (_, definition, expected) => {
    expect(plan(definition).configurations.map(({ vmSize }) => vmSize)).toEqual(expected);
  });

  it('are of the families that show most of what the definition promises', () => {
    expect(order(feature('DiskControllerTypes', 'SCSI, NVMe'))).toEqual([
      'Standard_D2as_v6 in westeurope',
      'Standard_D2s_v6 in westeurope',
      'Standard_D2s_v5 in westeurope',
    ]);
    expect(order(feature('IsHibernateSupported', 'True'))).toEqual([
      'Standard_D2s_v5 in westeurope',
      'Standard_D2as_v5 in westeurope',
      'Standard_E2s_v5 in westeurope',
    ]);
  });

  it('are the smallest within what the definition recommends', () => {
    expect(order({ recommended: { vCPUs: { min: 4, max: 8 }, memory: { min: 24, max: 64 } } })).toEqual([
      'Standard_D8s_v5 in westeurope',
      'Standard_D8as_v5 in westeurope',
      'Standard_D8s_v4 in westeurope',
    ]);
  });

  it.each<[string, Partial<ImageDefinition>, string, string]>([
    ['generation 1', { generation: 'V1' }, 'Standard_D2s_v6', 'the size cannot boot generation 1'],
    ['generation 2', {}, 'Standard_D2_v3', 'the size cannot boot generation 2'],
    ['Arm64', { architecture: 'Arm64' }, 'Standard_D2s_v5', 'the size is x64, the image Arm64'],
    ['x64', {}, 'standard_d2ps_v5', 'the size is Arm64, the image x64'],
    [
      'confidential',
      feature('SecurityType', 'ConfidentialVM'),
      'Standard_D2s_v5',
      'the size makes TrustedLaunch or Standard VMs, the definition is ConfidentialVM',
    ],
    ['Standard', {}, 'Standard_DC2as_v5', 'the size makes ConfidentialVM VMs, the definition is Standard'],
    [
      'TrustedLaunch on Arm64',
      { architecture: 'Arm64', ...feature('SecurityType', 'TrustedLaunch') },
      'Standard_D2ps_v5',
      'the size makes Standard VMs, the definition is TrustedLaunch',
    ],
    [
      'SCSI',
      feature('DiskControllerTypes', 'SCSI'),
      'Standard_D2as_v6',
      'the size has NVMe disks only, which the definition does not name (DiskControllerTypes)',
    ],
    [
      'without accelerated networking',
      feature('IsAcceleratedNetworkSupported', 'False'),
      'Standard_D2s_v5',
      'the size requires accelerated networking, which the definition rules out',
    ],
    [
      'for many vCPUs',
      { recommended: { vCPUs: { min: 4 }, memory: {} } },
      'Standard_D2s_v5',
      '2 vCPUs, the definition recommends 4 or more',
    ],
    [
      'for few vCPUs',
      { recommended: { vCPUs: { max: 4 }, memory: {} } },
      'Standard_D8s_v5',
      '8 vCPUs, the definition recommends at most 4',
    ],
    [
      'for much memory',
      { recommended: { vCPUs: {}, memory: { min: 16, max: 64 } } },
      'Standard_D2s_v5',
      '8 GiB of memory, the definition recommends 16 to 64',
    ],
    [
      'on no disk',
      { disallowedDiskTypes: ['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS'] },
      'Standard_D2s_v5',
      'the definition disallows every type of OS disk that the size can have',
    ],
  ])('of the policy that do not fit an image %s are left out with the reason', (_, definition, vmSize, why) => {
    const { configurations, leftOut, problem } = plan(definition, `{ vmSizes: [${vmSize}] }`);
    expect(configurations).toEqual([]);
    expect(leftOut.filter((one) => 'vmSize' in one)).toEqual([{ vmSize, why }]);
    expect(problem).toContain(`${vmSize}: ${why}): change smokeTest.vmSizes, or leave it out to have sizes chosen`);
  });

  it('of the policy that are not known are used as they are, and the plan says so', () => {
    expect(first({}, '{ vmSizes: [Standard_X9] }')).toEqual({
      region: 'westeurope',
      vmSize: 'Standard_X9',
      securityType: 'Standard',
      osDiskType: 'StandardSSD_LRS',
      why: 'a size of the policy; Standard for an image that is Standard; size not known to the service, used as it is',
    });
  });
});

describe('the settings of a test plan', () => {
  it.each([
    ['Standard', 'Standard', 'Standard_D2s_v5'],
    ['TrustedLaunch', 'TrustedLaunch', 'Standard_D2s_v5'],
    ['TrustedLaunchSupported', 'TrustedLaunch', 'Standard_D2s_v5'],
    ['ConfidentialVM', 'ConfidentialVM', 'Standard_DC2as_v5'],
    ['ConfidentialVMSupported', 'Standard', 'Standard_D2s_v5'],
    ['TrustedLaunchAndConfidentialVmSupported', 'TrustedLaunch', 'Standard_D2s_v5'],
    ['TrustedLaunchandConfidentialVMSupported', 'TrustedLaunch', 'Standard_D2s_v5'],
  ])('answer SecurityType %s with %s', (value, securityType, vmSize) => {
    expect(first(feature('SecurityType', value))).toMatchObject({ securityType, vmSize });
  });

  it('make a confidential VM of an image that only supports it where the policy names such a size', () => {
    const definition = feature('SecurityType', 'ConfidentialVMSupported');
    expect(first(definition, '{ vmSizes: [Standard_DC2as_v5] }')).toMatchObject({ securityType: 'ConfidentialVM' });
  });

  it.each(['TrustedLaunch', 'ConfidentialVM'])('are none for %s on generation 1', (value) => {
    const { configurations, problem } = plan({ generation: 'V1', ...feature('SecurityType', value) });
    expect(configurations).toEqual([]);
    expect(problem).toBe(
      `a generation 1, x64, ${value} image cannot exist: generation 1 is Standard; change the feature SecurityType of the image definition`,
    );
  });

  it.each([
    ['SCSI', 'Standard_D2s_v5', 'SCSI'],
    ['SCSI, NVMe', 'Standard_D2as_v6', 'NVMe'],
    ['SCSI,NVMe', 'Standard_D2s_v5', 'SCSI'],
    ['NVMe', 'Standard_D2as_v6', 'NVMe'],
  ])('of an image with %s disks on %s are %s', (value, vmSize, diskController) => {
    const configuration = first(feature('DiskControllerTypes', value), `{ vmSizes: [${vmSize}] }`);
    expect(configuration).toMatchObject({ vmSize, diskController });
  });

  it('read DiskControllerTypes as Azure also spells it, and values in any case', () => {
    const nvme = first(feature('DiskControllerType', 'nvme'), '{ vmSizes: [Standard_D2as_v6] }');
    expect(nvme).toMatchObject({ diskController: 'NVMe' });
    expect(first(feature('securitytype', 'TRUSTEDLAUNCH'))).toMatchObject({ securityType: 'TrustedLaunch' });
    expect(first(feature('isHibernateSupported', 'true'))).toMatchObject({ hibernation: true });
  });

  it.each(['False', 'no'])('of an image with IsHibernateSupported %s are without hibernation', (value) => {
    expect(first(feature('IsHibernateSupported', value))).not.toHaveProperty('hibernation');
  });

  it('name no disk controller for generation 1, and none where Azure does not say what the size has', () => {
    expect(first({ generation: 'V1' })).not.toHaveProperty('diskController');
    const arm = { architecture: 'Arm64' as const };
    expect(first(arm, '{ vmSizes: [Standard_D2ps_v6] }')).not.toHaveProperty('diskController');
  });

  it.each([
    ['True', 'Standard_D2s_v4', true],
    ['False', 'Standard_D2s_v4', false],
    ['True', 'Standard_B2ms', undefined],
    ['True', 'Standard_D2s_v5', true],
  ])('with IsAcceleratedNetworkSupported %s on %s: %s', (value, vmSize, expected) => {
    const configuration = first(feature('IsAcceleratedNetworkSupported', value), `{ vmSizes: [${vmSize}] }`);
    expect(configuration?.acceleratedNetworking).toBe(expected);
  });

  it('switch accelerated networking on where the size requires it, and leave it to Azure elsewhere', () => {
    expect(first({}, '{ vmSizes: [Standard_D2s_v5] }')).toMatchObject({ acceleratedNetworking: true });
    expect(first({}, '{ vmSizes: [Standard_D2s_v4] }')).not.toHaveProperty('acceleratedNetworking');
  });

  it.each<[string, Partial<ImageDefinition>, string, boolean | undefined, string]>([
    ['can', {}, 'Standard_D2s_v5', true, 'able to hibernate'],
    ['cannot', {}, 'Standard_D2s_v4', undefined, 'without hibernation: the size cannot'],
    ['has too much memory', {}, 'Standard_D32s_v5', undefined, 'without hibernation: the size cannot'],
  ])('of an image that can hibernate, on a size that %s', (_, definition, vmSize, hibernation, why) => {
    const configuration = first(
      { ...definition, ...feature('IsHibernateSupported', 'True') },
      `{ vmSizes: [${vmSize}] }`,
    );
    expect(configuration?.hibernation).toBe(hibernation);
    expect(configuration?.why).toContain(why);
  });

  it('let Windows hibernate under trusted launch, and Linux not', () => {
    const features = [
      { name: 'SecurityType', value: 'TrustedLaunch' },
      { name: 'IsHibernateSupported', value: 'True' },
    ];
    expect(first({ osType: 'Windows', features })).toMatchObject({ hibernation: true });
    expect(first({ osType: 'Linux', features })).not.toHaveProperty('hibernation');
  });

  it.each([
    [[], 'StandardSSD_LRS'],
    [['StandardSSD_LRS'], 'Premium_LRS'],
    [['standardssd_lrs', 'Premium_LRS', 'UltraSSD_LRS'], 'Standard_LRS'],
  ])('avoid the disallowed disk types %j with %s', (disallowedDiskTypes, osDiskType) => {
    expect(first({ disallowedDiskTypes })).toMatchObject({ osDiskType });
  });

  it('put no premium disk where the size has none', () => {
    const definition = { generation: 'V1' as const, disallowedDiskTypes: ['StandardSSD_LRS'] };
    expect(first(definition, '{ vmSizes: [Standard_D2_v3] }')).toMatchObject({ osDiskType: 'Standard_LRS' });
  });

  it.each([
    ['1.4.0', 'TrustedLaunch'],
    ['1.10.0', 'Standard'],
  ])('honour a feature that starts at version %s: %s', (startsAtVersion, securityType) => {
    expect(first(feature('SecurityType', 'TrustedLaunchSupported', startsAtVersion))).toMatchObject({ securityType });
  });

  it('take of a feature that is listed twice the entry that started last', () => {
    const features = [
      { name: 'SecurityType', value: 'TrustedLaunch', startsAtVersion: '1.2.0' },
      { name: 'SecurityType', value: 'Standard' },
      { name: 'SecurityType', value: 'ConfidentialVM', startsAtVersion: '2.0.0' },
    ];
    expect(first({ features })).toMatchObject({ securityType: 'TrustedLaunch' });
  });

  it('are the same for both operating systems, both states and any purchase plan: those are of the image', () => {
    const others: Partial<ImageDefinition>[] = [
      { osType: 'Windows' },
      { osState: 'Specialized' },
      { purchasePlan: { name: 'n', publisher: 'p', product: 'o' } },
    ];
    for (const other of others) expect(plan(other)).toEqual(plan({}));
  });
});

describe('any test plan', () => {
  const sizes = vmSizeFamilies.flatMap((family) => Object.keys(family.sizes).map((name) => name.replace('{n}', '2')));
  const definitions: fc.Arbitrary<ImageDefinition> = fc.record({
    osType: fc.constantFrom('Linux', 'Windows'),
    osState: fc.constantFrom('Generalized', 'Specialized'),
    generation: fc.constantFrom('V1', 'V2'),
    architecture: fc.constantFrom('x64', 'Arm64'),
    features: fc.array(
      fc.record({
        name: fc.constantFrom('SecurityType', 'DiskControllerTypes', 'IsHibernateSupported', 'Other'),
        value: fc.oneof(fc.constantFrom('TrustedLaunch', 'ConfidentialVM', 'NVMe', 'True'), fc.string()),
      }),
      { maxLength: 4 },
    ),
    recommended: fc.record({
      vCPUs: fc.record({ min: fc.nat(200), max: fc.nat(200) }, { requiredKeys: [] }),
      memory: fc.record({ min: fc.nat(500), max: fc.nat(500) }, { requiredKeys: [] }),
    }),
    disallowedDiskTypes: fc.subarray(['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS']),
  });

  it('is the same for the same input, within bounds, explained, and never empty without a reason', () => {
    fc.assert(
      fc.property(definitions, fc.subarray(sizes), fc.integer({ min: 1, max: 10 }), (definition, vmSizes, most) => {
        const policy = `{ maxAttempts: ${most}${vmSizes.length > 0 ? `, vmSizes: [${vmSizes.join(', ')}]` : ''} }`;
        const made = plan(definition, policy);
        expect(plan(definition, policy)).toEqual(made);
        expect(made.configurations.length).toBeLessThanOrEqual(most);
        expect(made.configurations.length === 0).toBe(made.problem !== undefined);
        for (const configuration of made.configurations) {
          expect(configuration.why).not.toBe('');
          expect(definition.disallowedDiskTypes).not.toContain(configuration.osDiskType);
          if (definition.generation === 'V1') expect(configuration.securityType).toBe('Standard');
          if (definition.generation === 'V1') expect(configuration.diskController).not.toBe('NVMe');
        }
      }),
    );
  });
});
