import { type Spending, spendingOf } from '../domain/budget.ts';
import type { Instant } from '../domain/instant.ts';
import type { Policy } from '../domain/policy.ts';
import { noLives, type VmLives, vmLives } from '../domain/vmLives.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readDocument } from './readDocument.ts';

/** One small document for all image definitions: how long their VMs lived. */
export const vmLivesName = 'budget/vms';

export async function readVmLives({ documents }: Pick<Ports, 'documents'>): Promise<{ lives: VmLives; etag?: string }> {
  const found = await readDocument(documents, vmLivesName, vmLives);
  return found ? { lives: found.value, etag: found.etag } : { lives: noLives };
}

/**
 * How much of the policy's VM minutes is spent; undefined where it grants them without a limit. Where the count cannot be
 * read nobody knows: what waits goes on waiting until it is mended, and nothing else is held up.
 */
export async function lookAtSpending(
  ports: Pick<Ports, 'documents'>,
  { budget }: Pick<Policy, 'budget'>,
  now: Instant,
): Promise<Spending | 'unreadable' | undefined> {
  if (!budget) return undefined;
  try {
    return spendingOf(budget, (await readVmLives(ports)).lives, now);
  } catch (error) {
    if (!isUnreadableCount(error)) throw error;
    return 'unreadable';
  }
}

/** One that a newer deployment wrote is left to that one, with the whole step. */
export function isUnreadableCount(error: unknown): error is AdapterError {
  return error instanceof AdapterError && error.code === 'DamagedDocument';
}
