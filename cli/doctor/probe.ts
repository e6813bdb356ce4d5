import { askAboutEvents } from './probeEvents.ts';
import { type Answered, askAboutFlags, askAboutReplication } from './probeQuestions.ts';
import { makeVersion, type ProbePlan } from './probeVersion.ts';
import { ProbeError, ThrowAway, type Waiting } from './throwAway.ts';

/**
 * Asks Azure what its documentation leaves open about image versions (docs/unproven.md), on a gallery, a definition and
 * two versions that are made for it and deleted afterwards. A gallery of its own, so that no event of the probe is taken
 * for a new version. Takes some minutes, and one VM for a few of them.
 *
 * @returns the answers, and the ids of what could not be deleted again
 * @throws ProbeError when Azure refuses what the questions need
 */
export async function probe(waiting: Waiting, plan: ProbePlan): Promise<{ answers: Answered[]; left: string[] }> {
  const throwAway = new ThrowAway(waiting);
  try {
    const version = await makeVersion(throwAway, plan);
    const answers = [await askAboutReplication(throwAway, version)];
    await throwAway.settled(version.id);
    answers.push(...(await askAboutFlags(throwAway, plan, version)));
    const events = await askAboutEvents(throwAway, waiting, plan, version);
    if (events) answers.push(events);
    return { answers, left: await throwAway.clear() };
  } catch (error) {
    const left = await throwAway.clear();
    if (left.length === 0) throw error;
    throw new ProbeError(`${error instanceof Error ? error.message : error}; not deleted: ${left.join(', ')}`);
  }
}
