import type { CheckType } from '../../checkFile/checkFile.ts';
import { addrLook } from './looks/addrLook.ts';
import { commandLook } from './looks/commandLook.ts';
import { dnsLook } from './looks/dnsLook.ts';
import { fileLook } from './looks/fileLook.ts';
import { groupLook } from './looks/groupLook.ts';
import { httpLook } from './looks/httpLook.ts';
import { interfaceLook } from './looks/interfaceLook.ts';
import { packageLook } from './looks/packageLook.ts';
import { portLook } from './looks/portLook.ts';
import { processLook } from './looks/processLook.ts';
import { serviceLook } from './looks/serviceLook.ts';
import { userLook } from './looks/userLook.ts';
import type { WindowsLook } from './windowsLook.ts';

/** The types that can be looked at on Windows. `mount` and `kernel-param` have no counterpart there. */
export const windowsLooks: Partial<Record<CheckType, WindowsLook>> = {
  addr: addrLook,
  command: commandLook,
  dns: dnsLook,
  file: fileLook,
  group: groupLook,
  http: httpLook,
  interface: interfaceLook,
  package: packageLook,
  port: portLook,
  process: processLook,
  service: serviceLook,
  user: userLook,
};
