import type { Publication } from '../publication/publishAll.ts';
import { covered } from '../publication/spans.ts';
import type { RecordedInvocation, Replayed } from './operations.ts';

const step = 'publicationSteps';

/** How many steps of its session each publication took, until it was published and its VM gone. */
export function lastSteps(record: RecordedInvocation[], publications: Publication[]): Map<string, number> {
  return new Map(
    publications.map(({ definition, entries }) => {
      const ends = entries.filter(({ fact }) => fact.type === 'published' || fact.type === 'vmGone');
      const last = Math.max(...ends.map(({ at }) => Date.parse(at)));
      return [definition, stepsOf(record, definition).filter(({ from }) => from <= last).length];
    }),
  );
}

/** Whether so many steps of each session have ended. */
export function areDone(invocations: RecordedInvocation[], needed: Map<string, number>): boolean {
  return [...needed].every(([session, count]) => stepsOf(invocations, session).length >= count);
}

/**
 * From the first event to the end of the last step that is needed, without the time in which no function ran, or waited for Azure alone; in milliseconds of the stack's clock.
 */
export function busyMs(invocations: RecordedInvocation[], needed: Map<string, number>): number {
  const ends = [...needed].map(([session, count]) => stepsOf(invocations, session)[count - 1]?.to ?? Number.NaN);
  const begins = invocations.filter((one) => one.function === 'imageEvents').map(({ from }) => from);
  const spans = invocations.flatMap(({ from, to, busy = [[from, to]] }) => busy);
  return covered(spans, [Math.min(...begins), Math.max(...ends)]);
}

/** What a replay did in all. */
export const totals = (invocations: RecordedInvocation[]): Replayed =>
  invocations.findLast(({ replayed }) => replayed)?.replayed ?? {
    operations: 0,
    repeated: 0,
    answeredOtherwise: 0,
    givenUp: [],
  };

const stepsOf = (invocations: RecordedInvocation[], session: string) =>
  invocations.filter((one) => one.function === step && one.key === session).toSorted((a, b) => a.from - b.from);
