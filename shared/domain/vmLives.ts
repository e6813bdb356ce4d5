import * as z from 'zod';
import type { Fact } from './facts.ts';
import { addMs, earlier, type Instant, later, msBetween } from './instant.ts';

/**
 * How long smoke-test VMs lived, as the logs record it: from the intent of the launch to the entry that says that the VM
 * is gone. What the budget is held against; made of the logs, so that a repeated look counts nothing twice.
 */
export const vmLives = z.object({
  schema: z.literal(1),
  /** By the id of the entry that intended the launch; `to` is absent while the VM may be there. */
  vms: z.record(z.string(), z.object({ from: z.string(), expiresAt: z.string(), to: z.string().exactOptional() })),
  /** Milliseconds by day, of VMs that were gone before `closedAt`. */
  days: z.record(z.string(), z.number()),
  /** News of VMs that were gone before this instant come too late: they are counted, or not, for good. */
  closedAt: z.string(),
});
export type VmLives = z.infer<typeof vmLives>;

/** What one log says of one VM; `id` is that of the entry that intended its launch. */
export interface VmLife {
  id: string;
  from: Instant;
  expiresAt: Instant;
  to?: Instant;
}

const dayMs = 24 * 3_600_000;
/** An entry that was not counted after this long is not counted any more: a message lives as long. */
const keptDays = 14;
/** Longer than any period. */
const forgottenDays = 40;

export const noLives: VmLives = { schema: 1, vms: {}, days: {}, closedAt: '' };

/** The VMs that the entries behind a sequence number concern, with all that the log says of each. */
export function livesIn(
  entries: { id: string; at: Instant; sequence: number; fact: Fact }[],
  afterSequence: number,
): VmLife[] {
  const lives: VmLife[] = [];
  const current = new Map<number, VmLife>();
  const concerned = new Set<VmLife>();
  for (const { id, at, sequence, fact } of entries) {
    if (fact.type === 'launchIntended') {
      const life: VmLife = { id, from: at, expiresAt: fact.expiresAt };
      lives.push(life);
      current.set(fact.attempt, life);
    }
    const life = 'attempt' in fact ? current.get(fact.attempt) : undefined;
    // Where there is no quota there never was a VM, and the same attempt is launched again.
    if (life && (fact.type === 'vmGone' || fact.type === 'quotaReached')) life.to ??= at;
    const isNews = fact.type === 'launchIntended' || fact.type === 'vmGone' || fact.type === 'quotaReached';
    if (life && isNews && sequence > afterSequence) concerned.add(life);
  }
  return lives.filter((life) => concerned.has(life));
}

/** With what the logs say; what is older than two weeks is only kept by day. The same again is the same. */
export function withLives(known: VmLives, news: VmLife[], now: Instant): VmLives {
  const vms = { ...known.vms };
  for (const { id, from, expiresAt, to } of news) {
    const before = vms[id];
    if (!before && (to ?? from) < known.closedAt) continue;
    const end = before?.to ?? to;
    vms[id] = { from, expiresAt, ...(end !== undefined && { to: end }) };
  }
  return closed({ ...known, vms }, now);
}

/**
 * Milliseconds that VMs have lived between two instants, as far as it is `now`. One that is gone counts whole: where its
 * end is later than that, the clock of this worker is behind, and would grant what is spent.
 */
export function livedMs({ vms, days }: VmLives, period: { from: Instant; to: Instant }, now: Instant): number {
  const lived = Object.values(vms).map((life) => {
    // One whose end no log tells is deleted by the sweep when it expires.
    const to = life.to ?? earlier(life.expiresAt, now);
    return Math.max(0, msBetween(later(life.from, period.from), earlier(to, period.to)));
  });
  const before = Object.entries(days).flatMap(([day, ms]) =>
    startOf(day) >= period.from && startOf(day) < period.to ? [ms] : [],
  );
  return [...lived, ...before].reduce((sum, ms) => sum + ms, 0);
}

function closed(lives: VmLives, now: Instant): VmLives {
  const closedAt = later(lives.closedAt, startOf(addMs(now, -keptDays * dayMs).slice(0, 10)));
  if (closedAt === lives.closedAt && Object.values(lives.vms).every(({ to }) => to === undefined || to >= closedAt))
    return lives;
  const forgottenAt = addMs(now, -forgottenDays * dayMs);
  const days = { ...lives.days };
  const vms: VmLives['vms'] = {};
  for (const [id, life] of Object.entries(lives.vms)) {
    if (life.to !== undefined && life.to < closedAt) addDays(days, life.from, life.to);
    else if (life.to !== undefined || life.expiresAt >= forgottenAt) vms[id] = life;
  }
  const recent = Object.entries(days).filter(([day]) => startOf(day) >= forgottenAt);
  return { schema: 1, vms, days: Object.fromEntries(recent), closedAt };
}

function addDays(days: Record<string, number>, from: Instant, to: Instant): void {
  let at = from;
  while (at < to) {
    const day = at.slice(0, 10);
    const next = earlier(to, addMs(startOf(day), dayMs));
    days[day] = (days[day] ?? 0) + msBetween(at, next);
    at = next;
  }
}

function startOf(day: string): Instant {
  return `${day}T00:00:00.000Z`;
}
