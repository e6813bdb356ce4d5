import { guestAddress } from './guestAddress.ts';

export interface GuestInterface {
  name: string;
  state: string;
  flags: string;
  mtu: number;
  type: string;
  mac: string;
  inet: string;
  scope: string;
}

/** The network interfaces of every guest. */
export const guestInterfaces: readonly GuestInterface[] = [
  {
    name: 'lo',
    state: 'UNKNOWN',
    flags: 'LOOPBACK,UP,LOWER_UP',
    mtu: 65536,
    type: 'loopback',
    mac: '00:00:00:00:00:00',
    inet: '127.0.0.1/8',
    scope: 'host',
  },
  {
    name: 'eth0',
    state: 'UP',
    flags: 'BROADCAST,MULTICAST,UP,LOWER_UP',
    mtu: 1500,
    type: 'ether',
    mac: '00:0d:3a:12:4b:5c',
    inet: `${guestAddress}/24`,
    scope: 'global',
  },
];
