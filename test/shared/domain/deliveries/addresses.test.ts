import { describe, expect, it } from 'vitest';
import { isAllowedAddress, parseNetwork } from '../../../../shared/domain/deliveries/addresses.ts';

const networks = ['10.1.0.0/16', 'fd00:1::/32'].map(parseNetwork).filter((network) => network !== undefined);

describe('an address that a webhook resolves to', () => {
  it.each(['20.50.2.1', '2603:1020:201::1', '::ffff:20.50.2.1'])('%s is public, and connected to', (address) => {
    expect(isAllowedAddress(address, [])).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '240.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd00:1::2',
    'ff02::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:168.63.129.16',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:db8::1',
    'no address',
    '',
  ])('%s is not', (address) => {
    expect(isAllowedAddress(address, [])).toBe(false);
  });

  it.each(['10.1.2.3', 'fd00:1::2', '::ffff:10.1.2.3'])('%s is, as part of a network that was excepted', (address) => {
    expect(isAllowedAddress(address, networks)).toBe(true);
  });

  it.each(['10.2.0.1', 'fd00:2::1', '169.254.169.254'])('%s is no part of that network', (address) => {
    expect(isAllowedAddress(address, networks)).toBe(false);
  });
});
