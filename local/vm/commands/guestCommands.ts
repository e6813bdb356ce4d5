import type { Command } from 'just-bash';
import { accountCommands } from './accountCommands.ts';
import { fileCommands } from './fileCommands.ts';
import type { Guest } from './guest.ts';
import { httpCommands } from './httpCommands.ts';
import { journalCommands } from './journalCommands.ts';
import { machineCommands } from './machineCommands.ts';
import { nameCommands } from './nameCommands.ts';
import { networkCommands } from './networkCommands.ts';
import { packageCommands } from './packageCommands.ts';
import { processCommands } from './processCommands.ts';
import { shellCommands } from './shellCommands.ts';
import { storageCommands } from './storageCommands.ts';
import { systemctl } from './systemctl.ts';

/** The programs of a server that the shell library does not bring along. */
export function guestCommands(guest: Guest): Command[] {
  return [
    systemctl(guest.system),
    ...packageCommands(guest.system),
    ...networkCommands(guest.system),
    ...nameCommands(guest),
    ...httpCommands(guest.system),
    ...processCommands(guest.system),
    ...journalCommands(guest.system),
    ...machineCommands(guest.system),
    ...storageCommands(guest.system),
    ...accountCommands(guest.disk),
    ...fileCommands(guest.system),
    ...shellCommands(guest),
  ];
}
