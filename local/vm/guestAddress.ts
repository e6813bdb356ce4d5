import type { GuestSystem } from './guestSystem.ts';

export const guestAddress = '10.0.0.4';

/** Whether a name or address leads back to the guest itself. */
export function isThisGuest(system: GuestSystem, host: string): boolean {
  return (
    /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0)$/.test(host) ||
    host === system.hostname ||
    host === guestAddress
  );
}

export function listensOn(system: GuestSystem, port: number): boolean {
  return system.listeners().some(({ listen }) => listen.port === port && listen.protocol === 'tcp');
}
