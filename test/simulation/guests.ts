import type { Guest } from '../fakes/fakeSmokeTestVms.ts';

/** How images of a simulation behave, and which verdicts would be wrong, where the policy asks for it. */
export const guests = {
  healthy: { guest: {}, never: ['failed'] },
  scarce: { guest: { launchErrors: [{ code: 'AllocationFailed' }] }, never: ['failed'] },
  refused: { guest: { launchErrors: [{ code: 'SkuNotAvailable', sync: true }] }, never: ['failed'] },
  shortOfQuota: { guest: { launchErrors: [{ code: 'QuotaExceeded', sync: true }] }, never: ['failed'] },
  broken: { guest: { exitStatus: 3 }, never: ['passed'], where: 'commands' },
  panics: { guest: { serialLog: 'Linux version 6.8\nKernel panic - not syncing: VFS\n' }, never: ['passed'] },
  brokenAfterRestart: { guest: { afterRestart: { exitStatus: 3 } }, never: ['passed'], where: 'restarts' },
  mute: { guest: { answer: '' }, never: ['passed', 'failed'] },
  cut: { guest: { answer: (own: string) => own.slice(0, own.length - 25) }, never: ['passed', 'failed'] },
  foreign: {
    guest: { answer: (own: string) => own.replaceAll(/imprimatur-(begin|end) \S+/g, 'imprimatur-$1 0123456789abcdef') },
    never: ['passed', 'failed'],
  },
  garbled: { guest: { answer: (own: string) => own.replaceAll(/[=!]/g, '?') }, never: ['passed', 'failed'] },
} as const satisfies Record<string, { guest: Guest; never: readonly string[]; where?: 'commands' | 'restarts' }>;

export type GuestKind = keyof typeof guests;

/** The source of an image tells its behaviour: `healthy-3`. */
export function kindOf(sourceId: string): GuestKind {
  const [kind = ''] = sourceId.split('-');
  if (!(kind in guests)) throw new Error(`no guest behaves as ${sourceId}`);
  return kind as GuestKind;
}

/** Verdicts on it that would be wrong; without commands, or restarts, some faults cannot be seen. */
export function wrongVerdicts(kind: GuestKind, asks: { commands: boolean; restarts: boolean }): readonly string[] {
  const { never, ...more } = guests[kind];
  if (!('where' in more)) return never;
  return asks.commands && (more.where === 'commands' || asks.restarts) ? never : [];
}
