import ipaddr from 'ipaddr.js';

export type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** Of Azure's own: reached from inside of every machine there, and not private by its number. */
const platformAddress = '168.63.129.16';

/** Undefined for text that is no CIDR, such as `10.1.0.0/16`. */
export function parseNetwork(text: string): Network | undefined {
  return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : undefined;
}

export function isAddress(text: string): boolean {
  return ipaddr.isValid(text);
}

/** Whether the service may connect there: a public address, or one of a network that was excepted by name. */
export function isAllowedAddress(text: string, exceptions: readonly Network[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const excepted = exceptions.some(([network, bits]) => {
    return network.kind() === address.kind() && address.match(network, bits);
  });
  return excepted || (address.range() === 'unicast' && address.toString() !== platformAddress);
}
