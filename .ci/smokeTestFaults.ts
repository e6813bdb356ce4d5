import type { Guest, LaunchError } from '../test/fakes/fakeSmokeTestVms.ts';

/** Something that goes wrong in a smoke test, by what the guest shows and Azure answers. */
export interface SmokeTestFault {
  fault: string;
  guest: Guest;
  /** Target regions of the version; westeurope alone unless given. */
  regions?: string[];
  /** Lines under `smokeTest` in the policy. */
  policy?: string;
  checkFile?: string;
  /** How the last published version does when it is asked the same; it was published before the check file had its new check. */
  control?: Guest;
}

export interface FaultGroup {
  title: string;
  faults: SmokeTestFault[];
}

const kernel = '[    0.000000] Linux version 6.1.0-37-cloud-amd64 (debian-kernel@lists.debian.org)';
const serial = (...lines: string[]) => [kernel, ...lines, ''].join('\n');
const once = (code: string, message: string): Guest => ({ launchErrors: [{ code, message }] });
const often = (error: LaunchError, times: number): Guest => ({
  launchErrors: Array.from({ length: times }, () => error),
});
const refused = (code: string, message: string): Guest => ({ launchErrors: [{ code, message, sync: true }] });

const allocation = 'Allocation failed. We do not have sufficient capacity for the requested VM size in this region.';
const cores =
  'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Current Limit: 10.';
const noCores =
  'Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. Current Limit: 0, Current Usage: 0, Additional Required: 2, (Minimum) New Limit Required: 2.';
const full = 'Subnet smoke with address prefix 10.0.0.0/28 does not have enough capacity for 1 IP addresses.';
const locked = "The scope '/subscriptions/0/resourceGroups/smoke' cannot perform write operation: it is locked.";
const forbidden = "The client does not have authorization to perform action 'Microsoft.Compute/virtualMachines/write'.";
const late = "OS Provisioning for VM 'vm' did not finish in the allotted time.";
const notGeneralized = `${late} However, the VM guest agent was detected running.`;
const terms =
  'User failed validation to purchase resources. You have not accepted the legal terms on this subscription.';
const assignment = '/subscriptions/0/providers/Microsoft.Authorization/policyAssignments/allowed-sizes';
const denied = `Resource 'vm' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"Allowed sizes","id":"${assignment}"}}]'.`;
const throttled: LaunchError = { code: 'TooManyRequests', message: 'Too many requests', sync: true, retryable: true };
const unreachable: LaunchError = { code: 'NetworkError', message: 'no connection', sync: true, retryable: true };
const outage: LaunchError = { code: 'InternalExecutionError', message: 'An internal execution error occurred.' };

const newCheck = 'command:\n  old check: { exec: x, exit-status: 0 }\n  new check: { exec: x, exit-status: 0 }\n';
const knownIssue = (expires: string) =>
  `command:\n  postfix runs: { exec: x, exit-status: 0, meta: { known-issue: { ticket: OPS-42, expires: ${expires} } } }\n`;
/** Of the checks that are not built in: 1 is that of the policy, 2 the first of the check file. */
const secondFails: Guest = { exitStatus: 1, failing: [2] };
const thirdFails: Guest = { exitStatus: 1, failing: [3] };

/** Every fault that docs/smoke-test-faults.md tells of. */
export const smokeTestFaults: FaultGroup[] = [
  {
    title: 'The image is broken',
    faults: [
      {
        fault: 'kernel panic',
        guest: {
          serialLog: serial('[    2.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100'),
        },
      },
      {
        fault: 'no root disk',
        guest: {
          serialLog: serial('Gave up waiting for root file system device.  Common problems:'),
          agentNever: true,
        },
      },
      { fault: 'agent missing', guest: { agentNever: true } },
      {
        fault: 'service failing',
        guest: {
          serialLog: serial('[FAILED] Failed to start nginx.service - A high performance web server.'),
          builtIn: { 2: 'snginx.service%20' },
          exitStatus: 3,
        },
      },
      { fault: 'disk full', guest: { builtIn: { 1: 'n28' } } },
      { fault: 'read-only root', guest: { builtIn: { 1: 'n30' } } },
      {
        fault: 'boot loop',
        guest: {
          serialLog: serial('repair: state is inconsistent, restarting', '[    4.2] reboot: Restarting system').repeat(
            3,
          ),
          agentNever: true,
        },
      },
      { fault: 'SSH does not answer', guest: { builtIn: { 3: 'n1' } } },
      { fault: 'check of the owner fails', guest: { exitStatus: 3 } },
      { fault: 'check fails only after a restart', guest: { afterRestart: { exitStatus: 3 } } },
      { fault: 'not generalized', guest: once('OSProvisioningTimedOut', notGeneralized) },
    ],
  },
  {
    title: 'Azure has a bad day, or somebody has to configure something',
    faults: [
      { fault: 'AllocationFailed, once', guest: once('AllocationFailed', allocation) },
      { fault: 'AllocationFailed, always', guest: often({ code: 'AllocationFailed', message: allocation }, 9) },
      { fault: 'SkuNotAvailable, always', guest: often({ code: 'SkuNotAvailable', message: 'no x', sync: true }, 9) },
      { fault: 'outage of one region', guest: often(outage, 2), regions: ['westeurope', 'northeurope'] },
      { fault: 'outage of all regions', guest: often(outage, 9), regions: ['westeurope', 'northeurope'] },
      { fault: 'quota reached, twice', guest: often({ code: 'QuotaExceeded', message: cores, sync: true }, 2) },
      { fault: 'quota reached, for hours', guest: often({ code: 'QuotaExceeded', message: cores, sync: true }, 99) },
      {
        fault: 'quota of one VM size is zero',
        guest: { launchErrors: [{ code: 'OperationNotAllowed', message: noCores, sync: true }] },
      },
      {
        fault: 'quota of all VM sizes is zero',
        guest: often({ code: 'OperationNotAllowed', message: noCores, sync: true }, 9),
      },
      { fault: 'subnet is full, twice', guest: often({ code: 'SubnetIsFull', message: full, sync: true }, 2) },
      { fault: 'throttling, three times', guest: often(throttled, 3) },
      { fault: 'Azure Resource Manager not to be reached', guest: often(unreachable, 9_999) },
      {
        fault: 'one region loses sight of its agents',
        guest: { agentNeverIn: 'westeurope' },
        regions: ['westeurope', 'northeurope'],
      },
      { fault: 'OSProvisioningTimedOut, once', guest: once('OSProvisioningTimedOut', late) },
      { fault: 'OSProvisioningTimedOut, twice', guest: often({ code: 'OSProvisioningTimedOut', message: late }, 2) },
      { fault: 'terms of the purchase plan', guest: refused('ResourcePurchaseValidationFailed', terms) },
      { fault: 'denied by Azure Policy', guest: refused('RequestDisallowedByPolicy', denied) },
      { fault: 'lock on the resource group', guest: refused('ScopeLocked', locked) },
      { fault: 'rights of the service are missing', guest: refused('AuthorizationFailed', forbidden) },
    ],
  },
  {
    title: 'The guest answers oddly',
    faults: [
      { fault: 'answer is cut', guest: { answer: (own) => own.slice(0, -20) } },
      { fault: 'answer leaves out a check', guest: { answer: (own) => own.replace(/^s ./m, 's ') } },
      {
        fault: 'answer is of no checks',
        guest: { answer: (own) => own.replace(/^s .*$/m, 's ').replace(/^(imprimatur-end \S+) \d+$/m, '$1 0') },
      },
      { fault: 'answer is empty', guest: { answer: '' } },
      { fault: 'no answer', guest: { answerNever: true } },
      {
        fault: 'answer of another run',
        guest: { answer: (own) => own.replaceAll(/(imprimatur-(?:begin|end)) \S+/g, '$1 0123456789abcdef') },
      },
      { fault: 'does not come back after a restart', guest: { afterRestart: { neverBack: true } } },
      { fault: 'platform restart that never happens', guest: { afterRestart: { sameBoot: true } } },
      {
        fault: 'reboot from inside that never happens',
        guest: { afterRestart: { sameBoot: true } },
        policy: 'restarts: [guestReboot]',
      },
    ],
  },
  {
    title: 'The check may be at fault',
    faults: [
      {
        fault: 'new check fails, on the last published version too',
        guest: thirdFails,
        checkFile: newCheck,
        control: thirdFails,
      },
      {
        fault: 'new check fails, the last published version holds it',
        guest: thirdFails,
        checkFile: newCheck,
        control: {},
      },
      { fault: 'known issue', guest: secondFails, checkFile: knownIssue('2027-06-30') },
      { fault: 'known issue whose date is over', guest: secondFails, checkFile: knownIssue('2026-11-21') },
      {
        fault: 'flaky check',
        guest: { tries: 2 },
        checkFile: 'command:\n  shaky: { exec: x, exit-status: 0, retry: 2 }\n',
      },
      { fault: 'check file without checks', guest: {}, checkFile: '# to be written\ncommand:\n' },
      {
        fault: 'check file whose every check is skipped',
        guest: {},
        checkFile: 'command:\n  x: { exec: x, exit-status: 0, skip: true }\n',
      },
      { fault: 'mistake in the check file', guest: {}, checkFile: 'command:\n  x: { exec: x, exit-state: 0 }\n' },
    ],
  },
];
