import type { Entry } from '../../shared/domain/entries.ts';
import type { Recording } from '../recording/startRecordedStack.ts';
import { type BlobOperation, blobOperation } from './blobOperation.ts';
import { endOf, instantOf } from './endOf.ts';
import type { Publication } from './publishAll.ts';
import { notAboutOthers, refusals } from './refusals.ts';
import { covered } from './spans.ts';
import { workOn } from './workOn.ts';

/** What one publication took. Waiting is that for Azure or for a timer. */
export interface Taken {
  ownMs: number;
  waitMs: number;
  vmOwnMs: number;
  vmWaitMs: number;
  armCalls: number;
  blobReads: number;
  blobLists: number;
  blobWrites: number;
  blobDeletions: number;
  messages: number;
  announcements: number;
  steps: number;
  executions: number;
}

/**
 * All that the service did from the event to the end of the VM, while it had nothing else to do. On a clock that is
 * `speed` times as fast as the processor, own time is that of the processor, waiting that of the clock.
 *
 * @throws while it is not done.
 */
export function takenBy(publication: Publication, recording: Recording, speed: number): Taken {
  const { begin, ownMs, waitMs } = timeOf(publication, recording, speed);
  const { entries, definition } = publication;
  const vm = [instantOf(entries, 'launchIntended'), instantOf(entries, 'vmDeletionAccepted')] as const;
  const vmOwn = covered(workOn(definition, recording, instantsOf(entries)), vm);
  const end = endOf(publication, recording);
  if (end === undefined) throw new Error('the publication is not over');
  const during = <T extends { from: number }>(of: T[]) => of.filter(({ from }) => begin <= from && from <= end);
  const requests = during(recording.requests);
  const blobs = requests.filter(({ target }) => target === 'blob').map(blobOperation);
  const count = (kind: BlobOperation) => blobs.filter((each) => each === kind).length;
  const invocations = during(recording.invocations);
  const sent = recording.messages.filter(({ sentAt }) => begin <= sentAt && sentAt <= end);
  return {
    ownMs,
    waitMs,
    vmOwnMs: vmOwn / speed,
    vmWaitMs: vm[1] - vm[0] - vmOwn,
    armCalls: requests.filter(({ target }) => target === 'arm').length,
    blobReads: count('read'),
    blobLists: count('list'),
    blobWrites: count('write'),
    blobDeletions: count('deletion'),
    messages: sent.length,
    announcements: sent.filter(({ entity }) => entity.startsWith('image-versions/')).length,
    steps: invocations.filter(({ name }) => name === 'publicationSteps').length,
    executions: invocations.length,
  };
}

/** From the event of a version to its being latest, in milliseconds of the stack's clock but for `ownMs`. */
export interface Times {
  begin: number;
  latest: number;
  /** Work, and waiting for a free worker, on a clock that `speed` is in units of. */
  ownMs: number;
  /** Until Resource Manager grants again what it refused as too much; not in `ownMs`. */
  refusedMs: number;
  /** For Azure, or for the next look. */
  waitMs: number;
}

/** Where the time of a version went, however many others are on their way. */
export function timeOf(publication: Publication, recording: Recording, speed: number): Times {
  const { definition, entries } = publication;
  const ofAll = { ...recording, requests: notAboutOthers(publication, recording.requests) };
  const work = workOn(definition, ofAll, instantsOf(entries));
  const detected = instantOf(entries, 'versionDetected');
  // Wake-ups from before its event are none of its business.
  const begin = Math.min(...work.filter(([, to]) => to >= detected).map(([from]) => from));
  const latest = instantOf(entries, 'published');
  const refused = refusals(publication, recording.requests);
  const refusedMs = covered(refused, [begin, latest]);
  const busyMs = covered([...work, ...refused], [begin, latest]);
  return { begin, latest, ownMs: (busyMs - refusedMs) / speed, refusedMs, waitMs: latest - begin - busyMs };
}

function instantsOf(entries: Entry[]): number[] {
  return entries.map(({ at }) => Date.parse(at));
}
