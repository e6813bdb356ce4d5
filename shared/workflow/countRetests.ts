import { isFinished } from '../domain/decideIncarnation.ts';
import { testClosed } from '../domain/definitionChanges.ts';
import type { FactOf, IncarnationFact } from '../domain/facts.ts';
import { offeredRegions } from '../domain/imageVersion.ts';
import { isSameIncarnation } from '../domain/incarnation.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { append, incarnationOf, type Run, stateOf } from './run.ts';

/**
 * Carries the verdicts of finished tests that count into the logs of their versions, before the definition's log closes
 * them. A version that was created anew since inherits nothing. Returns the versions that have work again, and whether
 * one that is open has another verdict: a release that soaks does not wait for anything else to halt.
 */
export async function countRetests(
  run: Run,
): Promise<{ opened: FactOf<'incarnationOpened'>[]; isVerdictNew: boolean }> {
  const { open, versions } = foldDefinitionLog(run.log);
  const opened: FactOf<'incarnationOpened'>[] = [];
  let isVerdictNew = false;
  for (const [test, { version, test: request }] of Object.entries(open)) {
    const known = versions[version];
    if (!request?.counts || run.setAside.has(test) || known?.kind !== 'examined') continue;
    const tested = await incarnationOf(run, test);
    if (tested.entries.length === 0) continue;
    const finished = stateOf(tested);
    if (!isFinished(finished) || !finished.byHand) continue;
    if (!isSameIncarnation(known.identity, finished.byHand.identity, false)) continue;
    const log = await incarnationOf(run, known.incarnation);
    const { verdict, reason } = testClosed(test, finished, run.instance.trip, request);
    const isThere = log.entries.some(
      ({ fact }) => (fact.type === 'retested' || fact.type === 'takenIn') && fact.request === test,
    );
    const counted = { request: test, verdict, reason };
    const fact: IncarnationFact =
      stateOf(log).outcome === 'adopted'
        ? { type: 'takenIn', ...counted, offeredIn: offeredNow(run, version) }
        : { type: 'retested', ...counted };
    if (!isThere) {
      await append(run, log, [fact]);
      isVerdictNew ||= open[known.incarnation] !== undefined;
    }
    if (stateOf(log).outcome !== known.outcome && !open[known.incarnation])
      opened.push({ type: 'incarnationOpened', version, incarnation: known.incarnation, identity: known.identity });
  }
  return { opened, isVerdictNew };
}

function offeredNow({ versions }: Run, number: string): string[] {
  const found = versions.find(({ version }) => version === number);
  return found ? offeredRegions(found) : [];
}
