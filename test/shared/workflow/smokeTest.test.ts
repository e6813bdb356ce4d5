import { beforeEach, describe, expect, it } from 'vitest';
import type { FactOf } from '../../../shared/domain/facts.ts';
import { AdapterError } from '../../../shared/errors.ts';
import type { Guest } from '../../fakes/fakeSmokeTestVms.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { ubuntu, World } from '../../fakes/world.ts';

const policy = (smokeTest: string) => `
version: 1
mode: enforce
smokeTest:
  vmSizes: [Standard_D2s_v5, Standard_D2as_v5]
  command:
    web is up: { exec: systemctl is-active nginx }
${smokeTest}`;

let world: World;
beforeEach(() => {
  world = new World();
});

function create(version: string, sourceId: string): void {
  world.galleries.create(ubuntu, version, { sourceId, excludeFromLatest: true });
}

function factsOf<T extends FactOf<'published'>['type'] | string>(version: string, type: T) {
  return world.entriesOf(version).flatMap(({ fact }) => (fact.type === type ? [fact] : []));
}

function verdictOf(version: string) {
  return world.entriesOf(version).find(({ fact }) => fact.type === 'verdictReached')?.fact;
}

/** Of the files that were saved for 1.0.0. */
const names = () =>
  factsOf('1.0.0', 'evidenceSaved').flatMap((fact) =>
    fact.type === 'evidenceSaved' ? fact.files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)) : [],
  );

describe('restarts', () => {
  it('runs all checks again after each, in the order of the policy, and proves each by another boot id', async () => {
    world.policyFile.text = policy('  restarts: [guestReboot, platformRestart, stopStart]');
    create('1.0.0', 'healthy');

    await world.run({ sweeps: false });

    const rounds = world
      .entriesOf('1.0.0')
      .flatMap(({ fact }) => (fact.type === 'checksAnswered' ? [fact.bootId.slice(-2)] : []));
    expect(rounds).toEqual(['-0', '-1', '-2', '-3']);
    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'passed',
      reason: '9 of 9 checks passed, again after guestReboot, platformRestart, stopStart',
    });
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('fails a version whose service does not come up again, and says after which restart', async () => {
    world.guests.once = { afterRestart: { exitStatus: 3 } };
    create('1.0.0', 'once');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'failed',
      reason: expect.stringMatching(/^web is up: after platformRestart: /),
    });
    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('believes a VM that does not come back only when it happens twice', async () => {
    world.guests.lost = { afterRestart: { neverBack: true } };
    create('1.0.0', 'lost');

    await world.run({ sweeps: false });

    const results = factsOf('1.0.0', 'smokeTestFinished');
    expect(results).toMatchObject([
      { verdict: 'inconclusive', code: 'NoReturnAfterRestart' },
      { verdict: 'failed', code: 'NoReturnAfterRestart' },
    ]);
  });

  it('does not blame the image for a restart that Azure accepted and did not do', async () => {
    world.guests.asleep = { afterRestart: { sameBoot: true } };
    create('1.0.0', 'asleep');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('platformRestart: still the same boot'),
    });
  });

  it('believes that a guest does not reboot only when it happens twice: the order may have been lost', async () => {
    world.policyFile.text = policy('  restarts: [guestReboot]');
    world.guests.asleep = { afterRestart: { sameBoot: true } };
    create('1.0.0', 'asleep');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'failed',
      reason: 'survives guestReboot: still the same boot 10 minutes later',
    });
    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([{ verdict: 'inconclusive' }, { verdict: 'failed' }]);
  });

  it.each([
    ['deallocated', 'stop'],
    ['running', 'start'],
  ] as const)('does not wait for ever for a VM to be %s', async (_, part) => {
    world.policyFile.text = policy('  restarts: [stopStart]');
    const stuck = part === 'stop' ? 'deallocating' : 'starting';
    world.wrap = (ports) => ({
      ...ports,
      smokeTestVms: withMethods(ports.smokeTestVms, {
        look: async (name, wanted) => {
          const vm = await ports.smokeTestVms.look(name, wanted);
          const isThere =
            vm?.power === (part === 'stop' ? 'deallocated' : 'running') &&
            world.types('1.0.0').includes('restartStarted');
          return vm && isThere ? { ...vm, power: stuck } : vm;
        },
      }),
    });
    create('1.0.0', 'healthy');

    await world.run({ forMs: 3 * 3_600_000 });

    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([
      { verdict: 'inconclusive', code: 'NotRestarted' },
      { verdict: 'inconclusive', code: 'NotRestarted' },
    ]);
    const [launched, finished] = ['launchAccepted', 'smokeTestFinished'].map(
      (type) => world.entriesOf('1.0.0').find(({ fact }) => fact.type === type)?.at ?? '',
    );
    expect(Date.parse(finished ?? '') - Date.parse(launched ?? '')).toBeLessThan(15 * 60_000);
    expect(names()).toContain('serial.log');
  });
});

const checkFile = (...execs: string[]) =>
  `command:\n${execs.map((exec) => `  ${exec}: { exec: ${exec}, exit-status: 0 }\n`).join('')}`;

describe('a control run', () => {
  const withFile = policy('  checkFile: checks/web.yaml\n  restarts: []');
  beforeEach(async () => {
    world.policyFile.text = withFile;
    world.checkFiles.texts.set('checks/web.yaml', checkFile('old'));
    create('1.0.0', 'healthy');
    await world.run({ sweeps: false });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
  });

  it('suspects a new check that fails on the last published version too, and names it', async () => {
    world.checkFiles.texts.set('checks/web.yaml', checkFile('old', 'new'));
    // Check 3 is the new one: the command of the policy and `old` come before it.
    world.guests.healthy = { exitStatus: 1, failing: [3] };
    create('1.0.1', 'healthy');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.1', 'launchIntended')).toMatchObject([{ attempt: 1 }, { attempt: 2, controlOf: '1.0.0' }]);
    expect(verdictOf('1.0.1')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^check suspected: command new fails on the published 1\.0\.0 too; command new: /),
      checksHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(world.announced()).toContain('1.0.1 inconclusive');
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('blames the image when the last published version holds the new check', async () => {
    world.checkFiles.texts.set('checks/web.yaml', checkFile('old', 'new'));
    world.guests.broken = { exitStatus: 1, failing: [3] };
    create('1.0.1', 'broken');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.1')).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('(1.0.0 holds it)'),
    });
    expect(world.announced()).toContain('1.0.1 quarantined');
  });

  it('is not needed for a check that is as it was', async () => {
    world.checkFiles.texts.set('checks/web.yaml', checkFile('old', 'new'));
    world.guests.broken = { exitStatus: 1, failing: [2, 3] };
    create('1.0.1', 'broken');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.1', 'launchIntended')).toHaveLength(1);
    expect(world.announced()).toContain('1.0.1 quarantined');
  });

  it('is not there for the first version of an image', async () => {
    world = new World();
    world.policyFile.text = withFile;
    world.checkFiles.texts.set('checks/web.yaml', checkFile('old'));
    world.guests.broken = { exitStatus: 1, failing: [2] };
    create('1.0.0', 'broken');

    await world.run({ sweeps: false });

    expect(world.announced()).toContain('1.0.0 quarantined');
  });

  it('keeps the check file as it was when the version was first seen', async () => {
    create('1.0.1', 'healthy');
    await world.run({ forMs: 40_000, sweeps: false });
    world.checkFiles.texts.set('checks/web.yaml', 'not: a check file');

    await world.run({ sweeps: false });

    expect(world.latest()).toEqual({ westeurope: '1.0.1' });
  });

  it('keeps the policy of the smoke test as it was, too; the next version is tested by the new one', async () => {
    world.policyFile.text = policy('');
    const sizes = () =>
      world.smokeTestVms.launches.flatMap(({ imageVersionId, vmSize }) =>
        imageVersionId.endsWith('/1.0.0') ? [] : [vmSize],
      );
    await world.ask({ type: 'pauseRequested', reason: 'audit' });
    create('1.0.1', 'healthy');
    await world.run({ forMs: 60_000, sweeps: false });
    expect(world.types('1.0.1')).toContain('held');
    expect(sizes()).toEqual([]);
    world.policyFile.text = policy('').replace('[Standard_D2s_v5, ', '[').replace('web is up', 'web is new');
    await world.ask({ type: 'resumeRequested', reason: 'audited' });
    await world.run();
    create('1.0.2', 'healthy');
    await world.run();

    const detected = ['1.0.1', '1.0.2'].flatMap((version) => world.entriesOf(version).map(({ fact }) => fact));
    const plans = detected.flatMap((fact) =>
      fact.type === 'versionDetected' ? [[Object.keys(fact.smokeTest.command), fact.policyHash]] : [],
    );
    expect(plans.map(([names]) => names)).toEqual([['web is up'], ['web is new']]);
    expect(plans[0]?.[1]).not.toBe(plans[1]?.[1]);
    expect(sizes()).toEqual(['Standard_D2s_v5', 'Standard_D2as_v5']);
  });

  it('is inconclusive, and names the line, when the check file has a mistake', async () => {
    world.checkFiles.texts.set('checks/web.yaml', 'command:\n  x: { exec: x, exit-state: 0 }\n');
    create('1.0.1', 'healthy');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.1')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('checks/web.yaml:2'),
    });
    expect(factsOf('1.0.1', 'launchIntended')).toEqual([]);
  });

  it('is inconclusive when the named check file does not exist', async () => {
    world.checkFiles.texts.clear();
    create('1.0.1', 'healthy');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.1')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('checks/web.yaml'),
    });
  });
});

describe('a known issue', () => {
  const known = (expires: string) =>
    `command:\n  x: { exec: x, exit-status: 0, meta: { known-issue: { ticket: OPS-12, expires: ${expires} } } }\n`;

  it.each([
    ['is reported and does not gate until its date', '2026-12-01', 'published'],
    ['gates again after its date', '2026-11-21', 'quarantined'],
  ])('%s', async (_, expires, outcome) => {
    world.policyFile.text = policy('  checkFile: checks/web.yaml');
    world.checkFiles.texts.set('checks/web.yaml', known(expires));
    world.guests.limping = { exitStatus: 1, failing: [2] };
    create('1.0.0', 'limping');

    await world.run({ sweeps: false });

    expect(world.announced()).toContain(`1.0.0 ${outcome}`);
    const [finished] = factsOf('1.0.0', 'smokeTestFinished');
    if (outcome === 'published') expect(finished).toMatchObject({ warnings: [expect.stringContaining('OPS-12')] });
  });
});

describe('quota', () => {
  it('is waited for, and is no attempt', async () => {
    const quota = { code: 'QuotaExceeded', sync: true };
    world.guests.scarce = { launchErrors: [quota, quota, quota, quota] };
    create('1.0.0', 'scarce');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.0', 'quotaReached')).toHaveLength(4);
    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([{ attempt: 1, verdict: 'passed' }]);
  });

  it('ends inconclusive, never failed, when there is none for six hours, however many sizes there are', async () => {
    const quota = { code: 'QuotaExceeded', message: 'exceeding approved Total Regional Cores quota', sync: true };
    world.guests.scarce = { launchErrors: Array.from({ length: 100 }, () => quota) };
    create('1.0.0', 'scarce');

    await world.run({ forMs: 24 * 3_600_000 });

    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/no quota in westeurope after 6 h of waiting: .*; what to do: raise the quota/),
    });
    const reached = world.entriesOf('1.0.0').find(({ fact }) => fact.type === 'verdictReached');
    // Quota was first asked for at 08:00:30; the second size is tried once, in case that it has quota of its own.
    expect(reached?.at).toBe('2026-11-22T14:00:30.000Z');
    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
    expect(world.smokeTestVms.vms.size).toBe(0);
  });

  it('that can never suffice is not waited for: another size is tried at once', async () => {
    const message =
      'Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 0, Current Usage: 0, Additional Required: 2, (Minimum) New Limit Required: 2.';
    world.guests.none = { launchErrors: [{ code: 'OperationNotAllowed', message, sync: true }] };
    create('1.0.0', 'none');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.0', 'quotaReached')).toEqual([]);
    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([
      { verdict: 'inconclusive', reason: expect.stringContaining('what to do: raise the quota') },
      { verdict: 'passed' },
    ]);
  });
});

describe('what Azure refuses for good', () => {
  const terms = { code: 'ResourcePurchaseValidationFailed', message: 'You have not accepted the legal terms on this' };
  const refuse = () => {
    throw new AdapterError('a lock is on the group', { code: 'ScopeLocked', retryable: false });
  };

  it.each([
    ['when it is asked', true],
    ['when it makes the VM', false],
  ])('a configuration that Azure refuses %s ends the test, with the fix in the reason', async (_, sync) => {
    world.guests.unpaid = { launchErrors: Array.from({ length: 3 }, () => ({ ...terms, sync })) };
    create('1.0.0', 'unpaid');

    await world.run({ sweeps: false });

    expect(verdictOf('1.0.0')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^(?!\d+ attempts).*ResourcePurchaseValidationFailed.*az vm image terms accept/),
    });
    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([{ errorClass: 'configuration' }]);
    expect(world.announced()).toContain('1.0.0 inconclusive');
    expect(names()).toEqual(expect.arrayContaining(['results.json', 'error.json']));
    expect(world.smokeTestVms.vms.size).toBe(0);
    expect(world.openMarkers()).toEqual([]);
  });

  it.each(['startRunCommand', 'restart'] as const)(
    '%s is inconclusive, with evidence and without a VM',
    async (name) => {
      world.wrap = (ports) => ({
        ...ports,
        smokeTestVms: withMethods(ports.smokeTestVms, { [name]: async () => refuse() }),
      });
      create('1.0.0', 'healthy');

      await world.run({ sweeps: false });

      expect(verdictOf('1.0.0')).toMatchObject({
        verdict: 'inconclusive',
        reason: expect.stringContaining('remove the lock'),
      });
      expect(names()).toEqual(expect.arrayContaining(['results.json', 'serial.log', 'error.json']));
      expect(world.smokeTestVms.vms.size).toBe(0);
      expect(world.openMarkers()).toEqual([]);
    },
  );

  it('the checks of a VM that is gone meanwhile is inconclusive, and tried elsewhere', async () => {
    let isFirst = true;
    const { vms } = world.smokeTestVms;
    world.wrap = (ports) => ({
      ...ports,
      smokeTestVms: withMethods(ports.smokeTestVms, {
        startRunCommand: async (request) => {
          if (isFirst) vms.delete(request.vmName);
          isFirst = false;
          return ports.smokeTestVms.startRunCommand(request);
        },
      }),
    });
    create('1.0.0', 'healthy');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([
      { verdict: 'inconclusive', code: 'VmGone' },
      { verdict: 'passed' },
    ]);
    expect(world.smokeTestVms.vms.size).toBe(0);
  });
});

describe('the expiry of a VM', () => {
  it('leaves time for all that may be asked of it: nobody takes it away under a long test', async () => {
    world.policyFile.text = policy(
      '  checkFile: checks/web.yaml\n  restarts: [guestReboot, platformRestart, stopStart]',
    );
    world.checkFiles.texts.set('checks/web.yaml', 'command:\n  long: { exec: x, exit-status: 0, timeout: 2400000 }\n');
    create('1.0.0', 'healthy');

    await world.run({ forMs: 120_000, sweeps: false });

    const [launched] = world.smokeTestVms.launches;
    // Of 08:00:30 on: provisioning 45, agent 15, four rounds of 45:33 and 5 each, restarts of 10, 10 and 20 with 15 each for
    // the agent, 5 for the serial log; in minutes.
    expect(launched?.expiresAt).toBe('2026-11-22T13:52:42.000Z');
  });

  it('is two hours after the launch in an ordinary test', async () => {
    create('1.0.0', 'healthy');
    await world.run({ forMs: 120_000, sweeps: false });
    expect(world.smokeTestVms.launches[0]?.expiresAt).toBe('2026-11-22T10:00:30.000Z');
  });
});

describe('evidence', () => {
  it.each([
    ['healthy', {}],
    ['broken', { exitStatus: 3 }],
  ])('of a %s version is complete before its VM is deleted', async (source, guest) => {
    world.guests[source] = guest;
    create('1.0.0', source);

    await world.run({ sweeps: false });

    const types = world.types('1.0.0');
    expect(types.indexOf('evidenceSaved')).toBeLessThan(types.indexOf('vmDeletionIntended'));
    const names = [...world.evidence.files.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1));
    expect(names).toEqual(
      expect.arrayContaining(['results.json', 'junit.xml', 'vm.json', 'timeline.json', 'serial.log']),
    );
  });

  it('has a timeline of every stage, of each restart and of every answer, with its instant', async () => {
    world.policyFile.text = policy('  restarts: [guestReboot, platformRestart, stopStart]');
    create('1.0.0', 'healthy');

    await world.run({ sweeps: false });

    const text = [...world.evidence.files].find(([path]) => path.endsWith('/timeline.json'))?.[1] ?? '';
    const lines = (JSON.parse(text) as { at: string; what: string }[]).map(
      ({ at, what }) => `${at.slice(11, 19)} ${what}`,
    );
    expect(lines).toEqual([
      '08:00:30 launch intended',
      '08:00:30 launch accepted',
      '08:01:00 provisioned, as Azure says',
      '08:01:20 agent ready',
      '08:01:20 checks after launch intended',
      '08:01:20 checks after launch started',
      '08:01:30 checks after launch answered: 4 passed',
      '08:01:30 guestReboot intended',
      '08:01:30 guestReboot started',
      '08:01:50 checks after guestReboot intended',
      '08:01:50 checks after guestReboot started',
      '08:02:00 checks after guestReboot answered: 4 passed',
      '08:02:00 platformRestart intended',
      '08:02:00 platformRestart started',
      '08:02:20 checks after platformRestart intended',
      '08:02:20 checks after platformRestart started',
      '08:02:30 checks after platformRestart answered: 4 passed',
      '08:02:30 stopStart intended',
      '08:02:30 stopStart: stop started',
      '08:02:45 stopStart: start started',
      '08:03:05 checks after stopStart intended',
      '08:03:05 checks after stopStart started',
      '08:03:15 checks after stopStart answered: 4 passed',
    ]);
  });
});

describe('a policy of one attempt', () => {
  it.each<[string, Guest, string]>([
    ['an agent that never comes', { agentNever: true }, 'AgentNotReady'],
    ['a provisioning time-out', { launchErrors: [{ code: 'OSProvisioningTimedOut' }] }, 'OSProvisioningTimedOut'],
    ['a VM that does not come back', { afterRestart: { neverBack: true } }, 'NoReturnAfterRestart'],
    ['a guest that does not reboot', { afterRestart: { sameBoot: true } }, 'NotRebooted'],
  ])('takes %s for no proof: nobody has looked twice', async (_, guest, code) => {
    world.policyFile.text = policy('  restarts: [guestReboot]\n  maxAttempts: 1');
    world.guests.silent = guest;
    create('1.0.0', 'silent');

    await world.run({ sweeps: false });

    expect(factsOf('1.0.0', 'smokeTestFinished')).toMatchObject([{ verdict: 'inconclusive', code }]);
    expect(verdictOf('1.0.0')).toMatchObject({ verdict: 'inconclusive' });
    expect(world.types('1.0.0')).not.toContain('quarantined');
  });
});
