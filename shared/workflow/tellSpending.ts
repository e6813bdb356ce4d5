import { budgetFact, type Spending } from '../domain/budget.ts';
import { foldInstance } from '../domain/instanceState.ts';
import type { Ports } from '../ports.ts';
import { markInstance, settleInstance } from './instanceOutbox.ts';
import { appendFacts, LogConflict } from './log.ts';
import { loadReadable } from './readInstance.ts';
import { readRules } from './readRules.ts';
import { lookAtSpending } from './spending.ts';

const mostConflicts = 8;

/**
 * Tells once of a budget that is nearly or wholly spent: one entry in the log of the instance, under the condition that
 * nobody else appended it. A log that cannot be read is told of by whoever reads it.
 */
export async function tellSpending(
  ports: Pick<Ports, 'auditLogs' | 'documents' | 'announcements' | 'auditIndex' | 'clock' | 'ids' | 'log'>,
  spending: Spending,
  cause: string,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const log = await loadReadable(ports, 'the budget is not told of');
    const fact = log && budgetFact(foldInstance(log.entries).toldOfBudget, spending);
    if (!fact) return;
    await markInstance(ports, log);
    try {
      await appendFacts(ports, log, [fact], { cause, at: ports.clock.now() });
    } catch (error) {
      if (error instanceof LogConflict && tries < mostConflicts) continue;
      throw error;
    }
    const { state, minutes, limit, period } = spending;
    if (state === 'spent') ports.log.error(`the budget is spent: ${fact.reason}`, { period, minutes, limit });
    else ports.log.warn(`the budget is nearly spent: ${fact.reason}`, { period, minutes, limit });
    return settleInstance(ports);
  }
}

/** For the sweep: a policy that grants less than is spent is told of, although no image definition has work. */
export async function tellIfSpent(ports: Ports, cause: string): Promise<void> {
  const { policy } = (await readRules(ports)).ruled.defaults;
  const spending = await lookAtSpending(ports, policy, ports.clock.now());
  if (spending !== undefined && spending !== 'unreadable' && spending.state !== 'within')
    await tellSpending(ports, spending, cause);
}
