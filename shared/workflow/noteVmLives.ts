import { budgetFact, spendingOf } from '../domain/budget.ts';
import type { Instant } from '../domain/instant.ts';
import { livesIn, type VmLife, type VmLives, withLives } from '../domain/vmLives.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { nowOf, type Run } from './run.ts';
import { isUnreadableCount, readVmLives, vmLivesName } from './spending.ts';
import { tellSpending } from './tellSpending.ts';

const mostConflicts = 8;

/**
 * Counts the VMs of this step, those whose launch or end is past the cursor, and tells once of a budget that is nearly or
 * wholly spent. A crash in between does the same again: the cursor has not moved, and a VM is counted under the id of the
 * entry that intended its launch.
 */
export async function noteVmLives(run: Run): Promise<void> {
  const { budget } = run.revision.policy;
  if (!budget) return;
  const news = newLives(run);
  const isWithin = run.spending !== 'unreadable' && run.spending?.state === 'within';
  if (news.length === 0 && isWithin) return;
  const lives = await keep(run.ports, news, nowOf(run));
  const spending = lives && spendingOf(budget, lives, nowOf(run));
  if (spending && budgetFact(run.instance.toldOfBudget, spending)) await tellSpending(run.ports, spending, run.cause);
}

function newLives({ marker, incarnations }: Run): VmLife[] {
  return [...incarnations.values()].flatMap(({ name: log, entries }) =>
    livesIn(entries, marker.cursors[log]?.announced ?? Number.POSITIVE_INFINITY),
  );
}

/** Undefined where the count cannot be read, which the begin of the step has logged: nothing is held up for it. */
async function keep(ports: Ports, news: VmLife[], now: Instant): Promise<VmLives | undefined> {
  try {
    for (let tries = 0; tries < mostConflicts; tries += 1) {
      const { lives: known, etag } = await readVmLives(ports);
      const lives = withLives(known, news, now);
      if (JSON.stringify(lives) === JSON.stringify(known)) return lives;
      if ((await ports.documents.write(vmLivesName, lives, etag)) !== 'conflict') return lives;
    }
  } catch (error) {
    if (isUnreadableCount(error)) return undefined;
    throw error;
  }
  throw new AdapterError(`document ${vmLivesName} is contended`, { code: 'DocumentContended', retryable: true });
}
