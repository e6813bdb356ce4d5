import * as z from 'zod';
import { failuresInRow, type NotedVerdict } from '../domain/breaker.ts';
import { parseImageId, shortHash } from '../domain/ids.ts';
import { foldInstance, type InstanceState } from '../domain/instanceState.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { acceptRequest } from './acceptRequest.ts';
import { markInstance, settleInstance } from './instanceOutbox.ts';
import { appendFacts, isUnreadable, LogConflict, loadLog } from './log.ts';
import { readDocument } from './readDocument.ts';
import { instanceLog } from './readInstance.ts';
import type { Run } from './run.ts';

const noted = z.object({
  schema: z.literal(1),
  verdicts: z.array(
    z.object({
      entry: z.string(),
      at: z.iso.datetime(),
      definition: z.string(),
      incarnation: z.string(),
      imageVersionId: z.string(),
      verdict: z.enum(['passed', 'failed']),
    }),
  ),
});
const name = 'breaker/verdicts';
const mostKept = 200;
const mostConflicts = 8;

/**
 * Holds the verdicts of this step, those past the cursor, against those of other image definitions. Where too many fail
 * in a row the breaker opens: one entry in the log of the instance, and for each failure a request that its verdict
 * is taken back. So is a failure that comes in while it is open. A crash in between does the same again: the cursor has not
 * moved, and the requests have the same ids.
 */
export async function noteVerdicts(run: Run): Promise<void> {
  const { breaker } = run.revision.policy;
  const news = breaker ? newVerdicts(run) : [];
  if (!breaker || news.length === 0) return;
  await unlessDamaged(run, `the circuit breaker does not count the verdicts of ${run.definition.image}`, async () => {
    const verdicts = await keep(run.ports, news);
    const trip = await tripIfDue(run.ports, verdicts, breaker.definitions);
    if (!trip) return;
    const isOfTrip = news.some(({ entry }) => trip.failures.some((failure) => failure.entry === entry));
    const late = trip.isOpen ? news.filter(({ verdict }) => verdict === 'failed') : [];
    for (const failure of new Set([...(isOfTrip ? trip.failures : []), ...late])) {
      const consequence = `the failure of ${failure.imageVersionId} is not taken back`;
      await unlessDamaged(run, consequence, () => reopen(run.ports, trip, failure));
    }
  });
}

/** What is damaged is named, and keeps no other version's news from being sent: to count comes before sending. */
async function unlessDamaged({ ports }: Run, consequence: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    // What a newer deployment wrote is left to it, and tried again.
    const isDamaged = error.code === 'DamagedDocument' || (isUnreadable(error) && !error.retryable);
    if (!isDamaged) throw error;
    ports.log.error(`${error.message}; ${consequence}`, { code: error.code });
  }
}

function newVerdicts({ key, marker, incarnations }: Run): NotedVerdict[] {
  return [...incarnations.values()].flatMap(({ name: log, entries }) => {
    const announced = marker.cursors[log]?.announced ?? Number.POSITIVE_INFINITY;
    const detected = entries[0]?.fact;
    // Nothing comes of a test by hand, here neither.
    if (detected?.type !== 'versionDetected') return [];
    const { imageVersionId } = detected;
    const incarnation = log.slice(log.lastIndexOf('/') + 1);
    return entries.flatMap(({ id: entry, at, sequence, fact }) =>
      sequence > announced && fact.type === 'verdictReached' && fact.verdict !== 'inconclusive'
        ? [{ entry, at, definition: key, incarnation, imageVersionId, verdict: fact.verdict }]
        : [],
    );
  });
}

async function keep({ documents }: Ports, news: NotedVerdict[]): Promise<NotedVerdict[]> {
  for (let tries = 0; tries < mostConflicts; tries += 1) {
    const found = await readDocument(documents, name, noted);
    const known = found?.value.verdicts ?? [];
    const unknown = news.filter(({ entry }) => !known.some((other) => other.entry === entry));
    const verdicts = [...known, ...unknown].slice(-mostKept);
    if (unknown.length === 0) return verdicts;
    if ((await documents.write(name, { schema: 1, verdicts }, found?.etag)) !== 'conflict') return verdicts;
  }
  throw new AdapterError(`document ${name} is contended`, { code: 'DocumentContended', retryable: true });
}

type Trip = NonNullable<InstanceState['trip']>;

/** The trip that is open, or that these verdicts make; the last one, closed, where they make none. */
async function tripIfDue(ports: Ports, verdicts: NotedVerdict[], definitions: number): Promise<Trip | undefined> {
  for (let tries = 0; ; tries += 1) {
    const log = await loadLog(ports, instanceLog);
    const { trip, closedAt } = foldInstance(log.entries);
    if (trip?.isOpen) return trip;
    const row = failuresInRow(verdicts, definitions, closedAt);
    if (!row) return trip;
    const failures = row.map(({ entry, imageVersionId, incarnation }) => ({ entry, imageVersionId, incarnation }));
    const reason = `${definitions} different image definitions failed in a row: it is the platform, or a check`;
    await markInstance(ports, log);
    try {
      const by = { cause: `verdict ${row.at(-1)?.entry}`, at: ports.clock.now() };
      await appendFacts(ports, log, [{ type: 'breakerTripped', failures, reason }], by);
    } catch (error) {
      if (error instanceof LogConflict && tries < mostConflicts) continue;
      throw error;
    }
    ports.log.error(`the circuit breaker is open: ${reason}`, { failures });
    await settleInstance(ports);
    return foldInstance(log.entries).trip;
  }
}

async function reopen(
  ports: Ports,
  trip: Trip,
  { imageVersionId, incarnation }: Trip['failures'][number],
): Promise<void> {
  const image = parseImageId(imageVersionId);
  if (!image?.version) return;
  const id = shortHash(20, trip.entry, incarnation);
  const reason = `taken back by the circuit breaker: ${trip.reason}`;
  const fact = { type: 'reopenRequested' as const, version: image.version, incarnation, reason };
  await acceptRequest(ports, { definition: image.definition, id, actor: 'service', fact });
}
