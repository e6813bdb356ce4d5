import { z } from 'zod';
import type { Entry } from '../../../shared/domain/entries.ts';
import type { Check, Scene } from '../checker.ts';
import type { Life } from '../lives.ts';

export const countedVms = z.object({
  vms: z.record(z.string(), z.object({ from: z.string(), to: z.string().optional() })),
});
const minuteMs = 60_000;

/** No VM is intended by a step that has read that none may be. */
export const limitChecks: Check = {
  after: {
    'auditLogs.read': ({ memory }, [log], { entries }) => {
      if (log === 'instance') memory.instance = entries;
    },
    'policyFile.read': ({ memory }, _, text) => {
      memory.policy = text;
    },
    'documents.read': ({ memory }, [name], found) => {
      if (name === 'budget/vms') memory.lives = countedVms.safeParse(found?.value).data?.vms ?? {};
    },
    'auditLogs.append': (scene, [log, entries], result) => {
      const life = scene.trail.lives.get(log);
      if (result === 'conflict' || !life) return;
      for (const entry of entries) if (entry.fact.type === 'launchIntended') checkLaunch(scene, life, entry);
    },
  },
};

function checkLaunch({ memory, trail, fail }: Scene, life: Life, { at, fact }: Entry): void {
  const test = life.byHand ? testOf(trail, life) : undefined;
  const name = `launch of ${life.version}${life.byHand ? ', by hand' : ''} at ${at}`;
  const types = memory.instance.map(({ fact: { type } }) => type);
  const resumedAt = types.lastIndexOf('everythingResumed');
  if (types.lastIndexOf('everythingPaused') > resumedAt) fail('pause', name);
  if (life.byHand && !test?.counts) return;
  if (types.lastIndexOf('breakerTripped') > resumedAt) fail('breaker', name);
  const granted = /^version: 1\n/.test(memory.policy ?? '') && /vmMinutes: (\d+)/.exec(memory.policy ?? '')?.[1];
  if (!granted || (test ? test.expedited : life.expedited)) return;
  // Those that are gone suffice: what runs counts for more with every second.
  const midnight = Date.parse(`${at.slice(0, 10)}T00:00:00.000Z`);
  const spentMs = Object.values(memory.lives)
    .map(({ from, to = from }) => Math.max(0, Date.parse(to) - Math.max(midnight, Date.parse(from))))
    .reduce((sum, ms) => sum + ms, 0);
  if (spentMs >= Number(granted) * minuteMs) fail('budget', `${name}: ${fact.type}, ${spentMs} ms are spent`);
}

function testOf({ logs }: Scene['trail'], { key, log }: Life): { counts?: true; expedited?: true } | undefined {
  const test = log.slice(log.lastIndexOf('/') + 1);
  for (const { fact } of logs.get(`definitions/${key}`) ?? [])
    if (fact.type === 'testRequested' && fact.test === test) return fact;
  return undefined;
}
