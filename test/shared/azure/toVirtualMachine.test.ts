import { createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toOpenSshKey } from '../../../shared/azure/toOpenSshKey.ts';
import { toVirtualMachine } from '../../../shared/azure/toVirtualMachine.ts';
import type { VmSettings } from '../../../shared/domain/facts.ts';
import type { ImageDefinition } from '../../../shared/domain/imageDefinition.ts';
import { linuxDefinition } from '../../fakes/linuxDefinition.ts';

const surroundings = { instance: 'blue', subnetId: 'subnet', dataDiskLuns: [0, 3] };

function make(definition: Partial<ImageDefinition> = {}, settings: Partial<VmSettings> = {}) {
  const request = {
    vmName: 'imp-0123456789abcdef0123-0123456789ab',
    region: 'westeurope',
    vmSize: 'Standard_D2s_v5',
    expiresAt: '2026-11-23T10:00:00.000Z',
    imageVersionId: '/subscriptions/s/x/versions/1.0.0',
    definition: { ...linuxDefinition, ...definition },
    ...settings,
  };
  return toVirtualMachine(request, surroundings);
}

describe('the request for a smoke-test VM', () => {
  test('tells every disk and the network interface to go with the VM', async () => {
    const { storageProfile, networkProfile } = await make();

    expect(storageProfile?.osDisk?.deleteOption).toBe('Delete');
    expect(storageProfile?.dataDisks).toEqual([
      { lun: 0, createOption: 'FromImage', deleteOption: 'Delete' },
      { lun: 3, createOption: 'FromImage', deleteOption: 'Delete' },
    ]);
    expect(networkProfile?.networkInterfaceConfigurations).toMatchObject([{ deleteOption: 'Delete' }]);
  });

  test('tags the network interface like the VM, so that it can be reaped when it leaks', async () => {
    const { tags, networkProfile } = await make();

    expect(tags?.expiresAt).toBe('2026-11-23T10:00:00.000Z');
    expect(networkProfile?.networkInterfaceConfigurations?.[0]?.tags).toEqual(tags);
  });

  test('gives every Linux guest the key that nobody has, and no password', async () => {
    const [one, other] = [await make(), await make()];

    const linux = one.osProfile?.linuxConfiguration;
    expect(linux?.disablePasswordAuthentication).toBe(true);
    expect(linux?.ssh?.publicKeys?.[0]?.keyData).toMatch(/^ssh-rsa AAAAB3NzaC1yc2E/);
    expect(one.osProfile).not.toHaveProperty('adminPassword');
    expect(linux?.ssh).toEqual(other.osProfile?.linuxConfiguration?.ssh);
  });

  test('gives a Windows guest a random password and a name that it can have', async () => {
    const [one, other] = [await make({ osType: 'Windows' }), await make({ osType: 'Windows' })];

    expect(one.osProfile?.adminPassword).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d).{20,}$/);
    expect(one.osProfile?.adminPassword).not.toBe(other.osProfile?.adminPassword);
    expect(one.osProfile?.computerName).toMatch(/^imp-[0-9a-f]{11}$/);
    expect(one.osProfile).not.toHaveProperty('linuxConfiguration');
  });

  test('leaves a specialised image as it is', async () => {
    expect(await make({ osState: 'Specialized' })).not.toHaveProperty('osProfile');
  });

  test('is reached from nowhere and is nobody', async () => {
    const vm = await make();

    expect(JSON.stringify(vm)).not.toMatch(/publicIPAddress/i);
    expect(vm).not.toHaveProperty('identity');
    expect(vm.diagnosticsProfile).toEqual({ bootDiagnostics: { enabled: true } });
  });

  test.each([
    [undefined, undefined],
    ['Standard', undefined],
    ['TrustedLaunch', { securityType: 'TrustedLaunch', uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } }],
    [
      'ConfidentialVM',
      { securityType: 'ConfidentialVM', uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } },
    ],
  ] as const)('of security type %s', async (securityType, expected) => {
    const { securityProfile, storageProfile } = await make({}, securityType && { securityType });

    expect(securityProfile).toEqual(expected);
    const encryption = storageProfile?.osDisk?.managedDisk?.securityProfile?.securityEncryptionType;
    expect(encryption).toBe(securityType === 'ConfidentialVM' ? 'VMGuestStateOnly' : undefined);
  });

  test('is made as the plan says, and leaves to Azure what the plan does not say', async () => {
    const planned = await make(
      {},
      { diskController: 'NVMe', acceleratedNetworking: true, hibernation: true, osDiskType: 'Premium_LRS' },
    );
    const bare = await make();

    expect(planned.storageProfile).toMatchObject({
      diskControllerType: 'NVMe',
      osDisk: { managedDisk: { storageAccountType: 'Premium_LRS' } },
    });
    expect(planned.additionalCapabilities).toEqual({ hibernationEnabled: true });
    const [nic] = planned.networkProfile?.networkInterfaceConfigurations ?? [];
    expect(nic?.enableAcceleratedNetworking).toBe(true);
    expect(bare.storageProfile).not.toHaveProperty('diskControllerType');
    expect(bare.storageProfile?.osDisk?.managedDisk).toEqual({});
    expect(bare).not.toHaveProperty('additionalCapabilities');
    expect(bare.networkProfile?.networkInterfaceConfigurations?.[0]).not.toHaveProperty('enableAcceleratedNetworking');
  });

  test('carries the purchase plan of the definition', async () => {
    const purchasePlan = { name: 'n', publisher: 'p', product: 'o' };

    expect((await make({ purchasePlan })).plan).toEqual(purchasePlan);
    expect(await make()).not.toHaveProperty('plan');
  });
});

test('an RSA key is written as ssh-keygen writes it', () => {
  // Made with `ssh-keygen -t rsa -b 2048`, and exported again with `-e -m pkcs8`.
  const pem = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAowlB3cXriNj2CgIlUClZ
SQ5sR0IW3MF5+vrHmd1iQlKH6Qc9gtYLk8hID4U09SrNakFuyl5M2oXd2rkeE4Hp
KOFDnrirhvUpx39MYNXeEWR930fxLAuQbvnI2vJF460I5asWnPwQWiaGBxUMlJ7W
7IbBQP+Az1Xj6R0y3R6KQS5Hmn9d5Kvx3L1y4Qh/48Z1/Wym0jKGmJOCT/zlJIFl
QKA5bi34Ai3atXu4QK7D3SFPQrUO/YDutoqQReYqfMGklyHehJJUKKgJEEt4d9xh
kUPmSMwBsZV1kEjbpFEtA+pQiN/zCSkJBrZTMNXQcx8TdPH6JnF8Fl7YREuqagRA
7wIDAQAB
-----END PUBLIC KEY-----`;

  expect(toOpenSshKey(createPublicKey(pem))).toBe(
    'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCjCUHdxeuI2PYKAiVQKVlJDmxHQhbcwXn6+seZ3WJCUofpBz2C1guTyEgPhTT1Ks1qQW7KXkzahd3auR4Tgeko4UOeuKuG9SnHf0xg1d4RZH3fR/EsC5Bu+cja8kXjrQjlqxac/BBaJoYHFQyUntbshsFA/4DPVePpHTLdHopBLkeaf13kq/HcvXLhCH/jxnX9bKbSMoaYk4JP/OUkgWVAoDluLfgCLdq1e7hArsPdIU9CtQ79gO62ipBF5ip8waSXId6EklQoqAkQS3h33GGRQ+ZIzAGxlXWQSNukUS0D6lCI3/MJKQkGtlMw1dBzHxN08fomcXwWXthES6pqBEDv',
  );
});
