import type { CheckType } from '../../checkFile/checkFile.ts';
import { groupLook, userLook } from './looks/accountLooks.ts';
import { commandLook } from './looks/commandLook.ts';
import { fileLook } from './looks/fileLook.ts';
import { packageLook } from './looks/packageLook.ts';
import { portLook } from './looks/portLook.ts';
import { processLook } from './looks/processLook.ts';
import { serviceLook } from './looks/serviceLook.ts';
import type { ShellLook } from './shellLook.ts';

export const shellLooks: Partial<Record<CheckType, ShellLook>> = {
  command: commandLook,
  file: fileLook,
  group: groupLook,
  package: packageLook,
  port: portLook,
  process: processLook,
  service: serviceLook,
  user: userLook,
};
