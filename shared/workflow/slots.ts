import * as z from 'zod';
import { type Instant, msBetween } from '../domain/instant.ts';
import { wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { readDocument } from './readDocument.ts';

const ledgerSchema = z.object({
  slots: z.array(z.object({ vmName: z.string(), key: z.string(), takenAt: z.iso.datetime() })),
  waiters: z.array(
    z.object({
      vmName: z.string(),
      key: z.string(),
      since: z.iso.datetime(),
      seenAt: z.iso.datetime(),
      rank: z.number().int().exactOptional(),
    }),
  ),
});
export type Ledger = z.infer<typeof ledgerSchema>;

/** A waiter that has not asked for this long has ended in some other way and blocks nobody. */
const waiterForgottenAfterMs = 10 * 60_000;
const mostConflicts = 8;

export interface SlotWanted {
  vmName: string;
  key: string;
  limit: number;
  /** The lower comes first: expedited versions, then new ones, then tests of what is there already. */
  rank: 0 | 1 | 2;
}

/** Who may run a smoke-test VM in a region: at most `limit` at a time, by rank, and then first come, first served. */
export async function takeSlot(ports: Ports, region: string, wanted: SlotWanted): Promise<boolean> {
  const now = ports.clock.now();
  let taken = false;
  await change(ports, region, (ledger) => {
    taken = take(ledger, wanted, now);
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

function take(ledger: Ledger, { vmName, key, limit, rank }: SlotWanted, now: Instant): boolean {
  if (ledger.slots.some((slot) => slot.vmName === vmName)) return true;
  const waiting = ledger.waiters.filter(({ seenAt }) => msBetween(seenAt, now) < waiterForgottenAfterMs);
  const known = waiting.find((waiter) => waiter.vmName === vmName);
  const own = { vmName, key, since: known?.since ?? now, seenAt: now, rank };
  // Who asks again keeps its place: by its clock, or by when it asked, two would let each other go first for ever.
  const waiters = known ? waiting.map((waiter) => (waiter === known ? own : waiter)) : [...waiting, own];
  const inTurn = waiters.sort((a, b) => rankOf(a) - rankOf(b));
  const ahead = inTurn.indexOf(own);
  if (ledger.slots.length + ahead >= limit) {
    ledger.waiters = inTurn;
    return false;
  }
  ledger.waiters = inTurn.filter((waiter) => waiter !== own);
  ledger.slots.push({ vmName, key, takenAt: now });
  return true;
}

function rankOf({ rank = 1 }: { rank?: number }): number {
  return rank;
}

/** The last change of each ledger that this process has begun: its steps take turns, and only processes compete. */
const turns = new WeakMap<Ports['documents'], Map<string, Promise<void>>>();

function change(ports: Ports, region: string, edit: (ledger: Ledger) => void): Promise<void> {
  const name = `slots/${region}`;
  const ofLedgers = turns.get(ports.documents) ?? new Map<string, Promise<void>>();
  turns.set(ports.documents, ofLedgers);
  const act = () => changeNow(ports, name, edit);
  const turn = (ofLedgers.get(name) ?? Promise.resolve()).then(act, act);
  ofLedgers.set(name, turn);
  return turn;
}

async function changeNow(ports: Ports, name: string, edit: (ledger: Ledger) => void): Promise<void> {
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
