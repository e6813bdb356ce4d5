import type { DefinitionState, KnownVersion } from './definitionState.ts';
import { dayMs } from './endOfLife.ts';
import type { Outcome } from './facts.ts';
import { compareVersions, type ImageVersion, offeredRegions } from './imageVersion.ts';
import { addMs, type Instant, msBetween } from './instant.ts';
import type { RetentionRules } from './lifecycleRules.ts';

type Examined = Extract<KnownVersion, { kind: 'examined' }>;

/** Versions that passed, and that nobody took out of latest: those that still exist are counted, newest number first. */
const good: Outcome[] = ['published', 'retired', 'superseded'];
/** Taken back although they passed: kept as if they were good, but they do not drive out one that is. */
const takenBack: Outcome[] = ['rolledBack', 'stopped'];
/** What is out of latest for good, with a verdict. Everything else is kept: adopted, inconclusive, under way, observed. */
const deletable: Outcome[] = ['retired', 'rolledBack', 'superseded', 'quarantined'];

/** Why retention gives up a version; undefined where anything speaks for it, or is not known. */
export function whyDeleted(
  state: DefinitionState,
  known: Examined,
  version: ImageVersion,
  rules: RetentionRules,
  now: Instant,
): string | undefined {
  const { outcome, lifecycle } = known;
  if (outcome === undefined || !deletable.includes(outcome)) return undefined;
  if (offeredRegions(version).length > 0 || Object.values(state.pins).includes(version.version)) return undefined;
  const isLeftFor = lifecycle?.keptUntil !== undefined && lifecycle.keptUntil > now;
  if (isLeftFor || (lifecycle?.previewed && rules.mode === 'preview')) return undefined;
  if (newestGood(state, rules.keepGood, version.version).includes(version.version)) return undefined;
  const { createdAt, endOfLifeDate } = version;
  if (createdAt === undefined || msBetween(createdAt, now) < rules.minAgeDays * dayMs) return undefined;
  if (endOfLifeDate !== undefined && addMs(endOfLifeDate, rules.graceDays * dayMs) > now) return undefined;
  const age = Math.floor(msBetween(createdAt, now) / dayMs);
  const ended = endOfLifeDate === undefined ? '' : `, its end of life was ${endOfLifeDate.slice(0, 10)}`;
  return `${outcome}, ${age} days old${ended}, and not among the newest ${rules.keepGood} good ones`;
}

function newestGood({ versions }: DefinitionState, count: number, own: string): string[] {
  const isCounted = (number: string, outcome: Outcome) =>
    good.includes(outcome) || (number === own && takenBack.includes(outcome));
  const numbers = Object.entries(versions).flatMap(([number, known]) =>
    known.kind === 'examined' && known.outcome !== undefined && isCounted(number, known.outcome) ? [number] : [],
  );
  return numbers.sort((a, b) => compareVersions(b, a)).slice(0, count);
}
