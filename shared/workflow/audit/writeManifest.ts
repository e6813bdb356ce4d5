import { announcementsOf } from '../../domain/announcements/announcementsOf.ts';
import type { ChainHead } from '../../domain/audit/auditFacts.ts';
import { manifestsLog } from '../../domain/audit/manifests.ts';
import { indexRecordsOf } from '../../domain/indexRecord.ts';
import { addMs, type Instant } from '../../domain/instant.ts';
import type { Ports } from '../../ports.ts';
import { appendFacts, type LoadedLog, LogConflict, loadLog } from '../log.ts';

type ManifestPorts = Pick<Ports, 'auditLogs' | 'auditIndex' | 'announcements' | 'clock' | 'ids'>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Clocks of storage and of the app may differ by this much; a head that is named twice does no harm. */
const overlapMs = 600_000;

/**
 * Once a day is over, writes down how far every log had come that grew since the manifest before; then its digest is
 * announced. Whoever comes second finds it done.
 */
export async function writeManifest(ports: ManifestPorts): Promise<void> {
  const now = ports.clock.now();
  const today = startOf(now.slice(0, 10));
  const day = addMs(today, -dayMs).slice(0, 10);
  const log = await loadLog(ports, manifestsLog);
  const last = log.entries.at(-1)?.fact;
  const lastDay = last?.type === 'manifestWritten' ? last.day : undefined;
  if (lastDay !== undefined && lastDay >= day) return announce(ports, log, now);
  const heads = await headsAt(ports, today, lastDay && addMs(startOf(lastDay), dayMs - overlapMs));
  if (heads.length === 0) return;
  try {
    await appendFacts(ports, log, [{ type: 'manifestWritten', day, heads }], { cause: `day ${day}`, at: now });
  } catch (error) {
    if (error instanceof LogConflict) return;
    throw error;
  }
  await announce(ports, log, now);
}

/** Again and again for an hour, under one id: a crash between entry and announcement is made good by the next sweep. */
async function announce(ports: ManifestPorts, log: LoadedLog, now: Instant): Promise<void> {
  const written = log.entries.slice(-1).filter(({ at }) => addMs(at, hourMs) > now);
  if (written.length === 0) return;
  await ports.announcements.send(announcementsOf(written, 0));
  await ports.auditIndex.send(indexRecordsOf(written, 0).map((record) => ({ record, retry: 0 })));
}

const startOf = (day: string): Instant => `${day}T00:00:00.000Z`;

/** The last entry before the instant, of every log that grew since. */
async function headsAt(ports: ManifestPorts, instant: Instant, since: Instant | undefined): Promise<ChainHead[]> {
  const heads: ChainHead[] = [];
  for (const log of await ports.auditLogs.list('', since)) {
    if (log === manifestsLog) continue;
    const { entries } = await ports.auditLogs.read(log);
    const head = entries.findLast(({ at }) => at < instant);
    if (head) heads.push({ log, sequence: head.sequence, hash: head.hash });
  }
  return heads;
}
