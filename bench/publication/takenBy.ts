import type { Entry } from '../../shared/domain/entries.ts';
import type { Recording } from '../recording/startRecordedStack.ts';
import { type BlobOperation, blobOperation } from './blobOperation.ts';
import type { Publication } from './publishAll.ts';
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
 */
export function takenBy(publication: Publication, recording: Recording, speed: number): Taken {
  const { begin, ownMs, waitMs } = timeOf(publication, recording, speed);
  const { entries, definition } = publication;
  const vm = [instantOf(entries, 'launchIntended'), instantOf(entries, 'vmDeletionAccepted')] as const;
  const vmOwn = covered(workOn(definition, recording, instantsOf(entries)), vm);
  const end = instantOf(entries, 'vmGone');
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

/** From the event of a version to its being latest, however many others are on their way. */
export function timeOf({ definition, entries }: Publication, recording: Recording, speed: number) {
  const work = workOn(definition, recording, instantsOf(entries));
  const detected = instantOf(entries, 'versionDetected');
  // Wake-ups from before its event are none of its business.
  const begin = Math.min(...work.filter(([, to]) => to >= detected).map(([from]) => from));
  const latest = instantOf(entries, 'published');
  const own = covered(work, [begin, latest]);
  return { begin, ownMs: own / speed, waitMs: latest - begin - own };
}

function instantsOf(entries: Entry[]): number[] {
  return entries.map(({ at }) => Date.parse(at));
}

/** @throws where there is no such entry. */
function instantOf(entries: Entry[], type: Entry['fact']['type']): number {
  const entry = entries.find(({ fact }) => fact.type === type);
  if (!entry) throw new Error(`the log has no entry ${type}`);
  return Date.parse(entry.at);
}
