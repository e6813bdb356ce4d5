import { z } from 'zod';
import { type Instant, msBetween } from '../domain/instant.ts';
import { wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readDocument } from './readDocument.ts';

const ledgerSchema = z.object({
  slots: z.array(z.object({ vmName: z.string(), key: z.string(), takenAt: z.iso.datetime() })),
  waiters: z.array(
    z.object({ vmName: z.string(), key: z.string(), since: z.iso.datetime(), seenAt: z.iso.datetime() }),
  ),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** A waiter that has not asked for this long has ended in some other way and blocks nobody. */
const waiterForgottenAfterMs = 10 * 60_000;
const mostConflicts = 8;

/** Who may run a smoke-test VM in a region: at most `limit` at a time, first come, first served. */
export async function takeSlot(
  ports: Ports,
  region: string,
  vmName: string,
  key: string,
  limit: number,
): Promise<boolean> {
  const now = ports.clock.now();
  let taken = false;
  await change(ports, region, (ledger) => {
    taken = take(ledger, vmName, key, limit, now);
  });
  return taken;
}

/** Gives a slot back and wakes the first waiter. A slot that was never taken is given back already. */
export async function releaseSlot(ports: Ports, region: string, vmName: string): Promise<void> {
  let next: Ledger['waiters'][number] | undefined;
  await change(ports, region, (ledger) => {
    ledger.slots = ledger.slots.filter((slot) => slot.vmName !== vmName);
    ledger.waiters = ledger.waiters.filter((waiter) => waiter.vmName !== vmName);
    next = ledger.waiters[0];
  });
  if (!next) return;
  const wakeUp = { schema: wakeUpSchema, key: next.key, cause: `slot of ${vmName}`, retry: 0 } as const;
  await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp));
}

export async function listSlots(
  ports: Pick<Ports, 'documents'>,
): Promise<{ region: string; slots: Ledger['slots'] }[]> {
  const names = await ports.documents.list('slots/');
  return Promise.all(
    names.map(async (name) => ({
      region: name.slice('slots/'.length),
      slots: (await readDocument(ports.documents, name, ledgerSchema))?.value.slots ?? [],
    })),
  );
}

function take(ledger: Ledger, vmName: string, key: string, limit: number, now: Instant): boolean {
  if (ledger.slots.some((slot) => slot.vmName === vmName)) return true;
  ledger.waiters = ledger.waiters.filter(({ seenAt }) => msBetween(seenAt, now) < waiterForgottenAfterMs);
  const place = ledger.waiters.findIndex((waiter) => waiter.vmName === vmName);
  const ahead = place < 0 ? ledger.waiters.length : place;
  if (ledger.slots.length + ahead < limit) {
    ledger.waiters = ledger.waiters.filter((waiter) => waiter.vmName !== vmName);
    ledger.slots.push({ vmName, key, takenAt: now });
    return true;
  }
  const waiting = ledger.waiters[place];
  if (waiting) waiting.seenAt = now;
  else ledger.waiters.push({ vmName, key, since: now, seenAt: now });
  return false;
}

async function change(ports: Ports, region: string, edit: (ledger: Ledger) => void): Promise<void> {
  const name = `slots/${region}`;
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    const found = await readDocument(ports.documents, name, ledgerSchema);
    const ledger: Ledger = found?.value ?? { slots: [], waiters: [] };
    const before = JSON.stringify(ledger);
    edit(ledger);
    if (JSON.stringify(ledger) === before) return;
    if ((await ports.documents.write(name, ledger, found?.etag)) !== 'conflict') return;
  }
  throw new AdapterError(`slot ledger ${name} is contended`, { code: 'LedgerContended', retryable: true });
}
