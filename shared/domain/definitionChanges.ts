import { isFinished } from './decideIncarnation.ts';
import { awaitsUndo } from './decideUndo.ts';
import type { DefinitionState } from './definitionState.ts';
import type { DefinitionFact, FactOf, LifecycleNotes, Measured, Outcome } from './facts.ts';
import type { IncarnationState } from './incarnationState.ts';
import { type InstanceState, pauseOf } from './instanceState.ts';
import type { AskedTest } from './launchWait.ts';
import type { LifecycleState } from './lifecycleState.ts';
import type { Policy } from './policy.ts';
import { isGood } from './surroundings.ts';

/** Second writes: what the definition's log has to know of its open incarnations and tests, and does not know yet. */
export function definitionChanges(
  state: DefinitionState,
  open: Map<string, IncarnationState>,
  instance: InstanceState,
  policy: Policy,
): DefinitionFact[] {
  const { trip } = instance;
  const facts: DefinitionFact[] = [];
  for (const [incarnation, known] of open) {
    const { version, release } = known;
    const { released, test } = state.open[incarnation] ?? {};
    if (release?.begunAt !== undefined && !released)
      facts.push({ type: 'releaseBegun', version, incarnation, at: release.begunAt });
    const isOver = isFinished(known) && !awaitsUndo(known, policy, pauseOf(instance, state));
    if (isOver) facts.push(test ? testClosed(incarnation, known, trip, test) : closed(incarnation, known));
  }
  return facts;
}

/**
 * What came of a test by hand. One that counts, and failed while the circuit breaker is open, is inconclusive like all
 * others: a published version is not taken out of latest for it. Which test failed is in its own log.
 */
export function testClosed(
  test: string,
  finished: IncarnationState,
  trip: InstanceState['trip'],
  { counts }: AskedTest,
): FactOf<'testClosed'> {
  const { version, deleted, needsAttention } = finished;
  const without = deleted ? 'the version was deleted meanwhile' : (needsAttention?.reason ?? 'ended without a verdict');
  const { verdict, reason } = finished.verdict ?? { verdict: null, reason: without };
  if (counts && verdict === 'failed' && trip?.isOpen) {
    const open = `the circuit breaker is open, so the failure says nothing of the image: ${reason}`;
    return { type: 'testClosed', test, version, verdict: 'inconclusive', reason: open };
  }
  return { type: 'testClosed', test, version, verdict, reason };
}

function closed(incarnation: string, finished: IncarnationState): FactOf<'incarnationClosed'> {
  const { version, release, deleted, outcome, heldAt, lifecycle } = finished;
  const notAvailableIn = Object.keys(release?.left ?? {}).filter((region) => release?.published[region] === undefined);
  return {
    type: 'incarnationClosed',
    version,
    incarnation,
    outcome: deleted ? 'deleted' : (outcome ?? 'deleted'),
    ...measuredOf(finished),
    ...(heldAt !== undefined && !isGood(finished) && { keptHidden: true }),
    ...(notAvailableIn.length > 0 && { notAvailableIn }),
    ...publishedIn(finished),
    ...(lifecycle && { lifecycle: notesOf(lifecycle) }),
  };
}

const released: (Outcome | undefined)[] = ['published', 'rolledBack', 'superseded', 'stopped', 'retired'];

function publishedIn({ release, deleted, outcome }: IncarnationState): { publishedIn?: string[] } {
  if (deleted || !released.includes(outcome)) return {};
  return { publishedIn: Object.keys(release?.published ?? {}).sort() };
}

function notesOf({ due: _, deletion: __, ...notes }: LifecycleState): LifecycleNotes {
  return notes;
}

/** What the next version is compared with. */
function measuredOf({ outcome, smokeTest, checkFile, attempts }: IncarnationState): { measured?: Measured } {
  const passed = attempts.findLast(
    ({ result, launch }) => result?.verdict === 'passed' && launch?.controlOf === undefined,
  );
  if (outcome !== 'published' || !passed?.launch || !passed.result) return {};
  const { bootMs, checksMs } = passed.result;
  return {
    measured: {
      smokeTest,
      ...(checkFile && { checkFile }),
      vmSize: passed.launch.vmSize,
      ...(bootMs !== undefined && { bootMs }),
      ...(checksMs !== undefined && { checksMs }),
    },
  };
}
