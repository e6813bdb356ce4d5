import type { CheckType } from '../../checkFile/checkFile.ts';
import { groupLook, userLook } from './looks/accountLooks.ts';
import { addrLook } from './looks/addrLook.ts';
import { commandLook } from './looks/commandLook.ts';
import { dnsLook } from './looks/dnsLook.ts';
import { fileLook } from './looks/fileLook.ts';
import { httpLook } from './looks/httpLook.ts';
import { interfaceLook } from './looks/interfaceLook.ts';
import { kernelParamLook } from './looks/kernelParamLook.ts';
import { mountLook } from './looks/mountLook.ts';
import { packageLook } from './looks/packageLook.ts';
import { portLook } from './looks/portLook.ts';
import { processLook } from './looks/processLook.ts';
import { serviceLook } from './looks/serviceLook.ts';
import type { ShellLook } from './shellLook.ts';

const shellLooks: Record<Exclude<CheckType, 'matching'>, ShellLook> = {
  addr: addrLook,
  command: commandLook,
  dns: dnsLook,
  file: fileLook,
  group: groupLook,
  http: httpLook,
  interface: interfaceLook,
  'kernel-param': kernelParamLook,
  mount: mountLook,
  package: packageLook,
  port: portLook,
  process: processLook,
  service: serviceLook,
  user: userLook,
};

/** Undefined for what is judged without the guest. */
export function lookOf(type: CheckType): ShellLook | undefined {
  return type === 'matching' ? undefined : shellLooks[type];
}
