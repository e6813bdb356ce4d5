import type { Check } from '../checker.ts';

/** A VM is launched by intent and within the slots, and deleted only when nothing is lost with it. */
export const vmChecks: Check = {
  before: {
    'smokeTestVms.launch': ({ trail, azure, task, fail }, [{ vmName }]) => {
      const known = trail.lifeOfVm(vmName);
      if (!known) {
        fail('audit first', `${vmName} is launched without an intent`);
        return;
      }
      if (!known.life.byHand && known.life.mode === 'observe') fail('mode', `${vmName} is launched in mode observe`);
      const ledger = JSON.stringify([...azure.documents.documents].filter(([name]) => name.startsWith('slots/')));
      // Who has lost its session in the middle of a launch makes a VM that the ledger may not know any more: it expires.
      if (!ledger.includes(vmName) && !task.isZombie) fail('slots', `${vmName} is launched without a slot`);
    },
    'smokeTestVms.delete': ({ trail, azure, fail }, [vmName]) => {
      const known = trail.lifeOfVm(vmName);
      const run = known?.life.runs.get(known.attempt);
      if (!known || !run?.deletionIntended) {
        fail('audit first', `${vmName} is deleted without an intent`);
        return;
      }
      const { deleted, over, attention } = known.life;
      if (run.finished === undefined && !deleted && !over && attention === undefined)
        fail('evidence first', `${vmName} is deleted before it is judged`);
      if (run.finished === undefined) return;
      const isLost = run.evidence.some(({ path }) => !azure.evidence.files.has(path));
      if (run.evidence.length === 0 || isLost)
        fail('evidence first', `${vmName} is deleted, and its evidence is not saved`);
    },
    'smokeTestVms.deleteResource': ({ azure, task, fail }, [{ name, expiresAt }]) => {
      const now = azure.time.nowMs + task.worker.skewMs;
      if (expiresAt === undefined || Date.parse(expiresAt) >= now)
        fail('least power', `${name} is reaped before its time`);
    },
  },
  after: {
    'smokeTestVms.launch': ({ azure, trail, slotsPerRegion, lateVms, task, fail }, [{ vmName, region }]) => {
      const known = trail.lifeOfVm(vmName);
      const isRemade = known?.life.runs.get(known.attempt)?.deletionIntended === true;
      if (task.isZombie) lateVms.set(vmName, { isRemade });
      // One that came late, by who had lost its session, holds no slot: it goes when it expires.
      const there = [...azure.smokeTestVms.vms].filter(
        ([name, { request }]) => request.region === region && !lateVms.has(name),
      ).length;
      if (there > slotsPerRegion && !task.isZombie)
        fail('slots', `${there} VMs in ${region}, where ${slotsPerRegion} may be`);
    },
    'documents.write': ({ slotsPerRegion, fail }, [name, value], result) => {
      if (!name.startsWith('slots/') || result === 'conflict') return;
      const { slots } = value as { slots: unknown[] };
      if (slots.length > slotsPerRegion) fail('slots', `${name} holds ${slots.length}`);
    },
  },
};
