import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isAllowedAddress, type Network } from '../domain/deliveries/addresses.ts';

export class AddressRefused extends Error {}

/**
 * Resolves a name for a connection, and lets nothing pass but allowed addresses: what is checked is what is connected to,
 * so that a name which resolves to something else a moment later gains nothing. One forbidden address refuses all.
 */
export function guardedLookup(exceptions: readonly Network[], resolve = lookup): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host, { all: true }).then(
      (found) => {
        const [first] = found;
        const refused = found.find(({ address }) => !isAllowedAddress(address, exceptions));
        if (refused) callback(new AddressRefused(`${host} is at ${refused.address}`), []);
        else if (!first) callback(new Error(`${host} has no address`), []);
        else if (all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}
