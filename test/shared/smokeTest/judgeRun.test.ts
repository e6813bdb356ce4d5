import { describe, expect, it } from 'vitest';
import type { IncarnationState } from '../../../shared/domain/incarnationState.ts';
import type { PresentVm } from '../../../shared/domain/look.ts';
import { judgeRun } from '../../../shared/smokeTest/judgeRun.ts';

const at = (minutes: number) => new Date(Date.parse('2026-11-22T08:00:00.000Z') + minutes * 60_000).toISOString();
const launch = {
  vmName: 'vm',
  region: 'westeurope',
  vmSize: 'a',
  intendedAt: at(0),
  acceptedAt: at(0),
  expiresAt: at(120),
};
const state: IncarnationState = {
  imageVersionId: 'i',
  version: '1.0.0',
  mode: 'enforce',
  smokeTest: {
    vmSizes: ['a'],
    maxAttempts: 3,
    agentTimeoutMinutes: 15,
    command: { web: { exec: 'x', 'exit-status': 0, timeout: 60_000 } },
  },
  testPlan: [],
  detectedAt: at(0),
  policyHash: 'h',
  attempts: [],
  deleted: false,
};
const up: PresentVm = {
  kind: 'present',
  provisioningState: 'Succeeded',
  agentReady: true,
  serialLog: 'login: ',
};
const launched = { number: 1, launch, checkRuns: 0, rounds: [], past: [] };
const running = { ...launched, agentReadyAt: at(1) };
const judge = (vm: Partial<PresentVm>, minutes = 3, attempt: Parameters<typeof judgeRun>[1] = running) =>
  judgeRun(state, attempt, { ...up, ...vm }, at(minutes));
/** The second attempt, after one that ended with this code in westeurope. */
function judgeSecond(code: string, vm: Partial<PresentVm>, minutes: number, before = state, region = 'westeurope') {
  const result = { verdict: 'inconclusive' as const, reason: 'r', code, checks: [], at: at(5) };
  const second = { ...launched, number: 2, launch: { ...launch, region } };
  return judgeRun({ ...before, attempts: [{ ...launched, result }, second] }, second, { ...up, ...vm }, at(minutes));
}

describe('what a look at the VM says about its run', () => {
  it('is nothing while the VM is up', () => {
    expect(judge({})).toBeUndefined();
  });

  it.each<[string, Partial<PresentVm>]>([
    ['a VM that somebody deletes', { provisioningState: 'Deleting' }],
    ['a VM that Azure lost', { provisioningState: 'Failed' }],
  ])('is inconclusive with %s', (_, vm) => {
    expect(judge(vm)?.verdict).toBe('inconclusive');
  });

  it('is inconclusive when the VM was deleted in the middle of the run, which nobody looks at any more', () => {
    const ended = judgeRun(state, { ...running, goneAt: at(2) }, undefined, at(3));

    expect(ended).toMatchObject({ verdict: 'inconclusive', code: 'VmGone' });
  });

  it('is failed when the kernel panicked', () => {
    expect(judge({ serialLog: 'Kernel panic - not syncing: x' })?.verdict).toBe('failed');
  });

  it('suspects an image whose agent is not ready in time, and waits until then', () => {
    const silent = { ...up, agentReady: false };
    expect(judgeRun(state, launched, silent, at(14))).toBeUndefined();
    expect(judgeRun(state, launched, silent, at(15))).toMatchObject({
      verdict: 'inconclusive',
      code: 'AgentNotReady',
      errorClass: 'suspect',
      reason: 'the VM agent was not ready 15 minutes after the VM was provisioned; its serial log ends with: login:',
    });
  });

  it('blames the image for an agent that is not ready in a second VM either', () => {
    expect(judgeSecond('AgentNotReady', { agentReady: false }, 20)?.verdict).toBe('failed');
  });

  it('blames the image at once for an agent that is not ready, where its serial log tells of an error', () => {
    const silent = { ...up, agentReady: false, serialLog: 'EXT4-fs error (device sda1): ext4_lookup: bad\n' };
    expect(judgeRun(state, launched, silent, at(15))?.verdict).toBe('failed');
  });

  it('takes an error that the policy ignores for no proof', () => {
    const serialLog = 'EXT4-fs error (device sda1): ext4_lookup: bad\n';
    const ignoring = {
      ...state,
      smokeTest: { ...state.smokeTest, serialLog: { errors: 'fail' as const, ignore: ['sda1'] } },
    };
    expect(judgeRun(ignoring, launched, { ...up, agentReady: false, serialLog }, at(15))?.verdict).toBe('inconclusive');
  });

  it('suspects an image whose unit failed before its agent was ready: what the platform did not give may be missing', () => {
    const serialLog = '[FAILED] Failed to start systemd-networkd-wait-online.service - Wait for Network.\n';
    const vm = { agentReady: false, serialLog };
    expect(judge(vm, 15, launched)).toMatchObject({ verdict: 'inconclusive', code: 'AgentNotReady' });
    expect(judgeSecond('AgentNotReady', vm, 20)?.reason).toContain('a unit failed (serial log, line 1)');
  });

  it('blames no image for what was seen twice in one region, where the plan has another one', () => {
    const testPlan = ['westeurope', 'northeurope'].map((region) => ({ region, vmSize: 'a', why: 'w' }));
    const judgeIn = (region: string) =>
      judgeSecond('AgentNotReady', { agentReady: false }, 20, { ...state, testPlan }, region)?.verdict;
    expect(judgeIn('westeurope')).toBe('inconclusive');
    expect(judgeIn('northeurope')).toBe('failed');
  });

  it.each([
    ['', 'its serial log is empty'],
    ['Linux version 6.8\n[    5.2] eth0: link up\r\n\n', 'its serial log ends with: eth0: link up'],
    [
      '[FAILED] Failed to start walinuxagent.service - Azure Linux Agent.\nlogin: ',
      'a unit failed (serial log, line 1): [FAILED] Failed to start walinuxagent.service - Azure Linux Agent.',
    ],
  ])('says of an agent that never came how far the guest did: %j', (serialLog, told) => {
    const draft = judgeRun(state, launched, { ...up, agentReady: false, serialLog }, at(15));
    expect(draft?.reason).toBe(`the VM agent was not ready 15 minutes after the VM was provisioned; ${told}`);
  });

  it('gives the agent its whole time after a slow provisioning: that was the cloud', () => {
    const slow = { ...up, agentReady: false, provisionedAt: at(40) };
    expect(judgeRun(state, launched, slow, at(54))).toBeUndefined();
    expect(judgeRun(state, launched, slow, at(55))?.code).toBe('AgentNotReady');
  });

  it('blames nobody for an agent of which Azure shows nothing, where it shows no serial log either', () => {
    const { serialLog: _, ...unseen } = { ...up, agentReady: false };
    expect(judgeRun(state, launched, unseen, at(15))).toMatchObject({ verdict: 'inconclusive', code: 'NothingSeen' });
  });

  it('is inconclusive when Azure does not finish provisioning', () => {
    expect(judgeRun(state, launched, { ...up, provisioningState: 'Creating' }, at(44))).toBeUndefined();
    expect(judgeRun(state, launched, { ...up, provisioningState: 'Creating' }, at(45))?.verdict).toBe('inconclusive');
  });

  it.each([
    ['OSProvisioningClientError', 'failed', 'failed'],
    ['OSProvisioningTimedOut', 'inconclusive', 'failed'],
    ['OSProvisioningInternalError', 'inconclusive', 'failed'],
    ['AllocationFailed', 'inconclusive', 'inconclusive'],
    ['SomethingNew', 'inconclusive', 'inconclusive'],
  ])('after %s is %s the first time, %s the second', (code, first, second) => {
    const failedVm: PresentVm = { ...up, provisioningState: 'Failed', error: { code, message: 'm' } };
    expect(judgeRun(state, launched, failedVm, at(5))?.verdict).toBe(first);
    expect(judgeSecond(code, failedVm, 9)?.verdict).toBe(second);
  });

  it('is inconclusive when the VM is gone, and open while its launch was never accepted', () => {
    const { acceptedAt: _, ...intended } = launch;
    // Azure may take a moment to show a VM that it has just accepted.
    expect(judgeRun(state, running, { kind: 'absent' }, at(1))).toBeUndefined();
    expect(judgeRun(state, running, { kind: 'absent' }, at(3))?.code).toBe('VmGone');
    expect(judgeRun(state, { ...launched, launch: intended }, { kind: 'absent' }, at(119))).toBeUndefined();
    expect(judgeRun(state, { ...launched, launch: intended }, { kind: 'absent' }, at(120))?.code).toBe(
      'LaunchTimedOut',
    );
  });
});
