import type { Entry } from '../../shared/domain/entries.ts';
import type { Fact, FactOf } from '../../shared/domain/facts.ts';
import type { FlagPlan } from '../../shared/domain/flagPlan.ts';
import type { Birth, Births } from './births.ts';

/** What a log says of one VM run. */
export interface RunOfVm {
  vmName?: string;
  finished?: string;
  evidence: { path: string; sha256: string }[];
  deletionIntended: boolean;
  gone: boolean;
}

/** What the log of one incarnation says; kept apart from the fold of the product, so that both have to agree. */
export interface Life {
  readonly log: string;
  readonly key: string;
  readonly version: string;
  readonly birth: Birth | undefined;
  readonly mode: string;
  readonly byHand: boolean;
  readonly adopted: boolean;
  /** What the policy of its first sight asks of the guest. */
  readonly asks: { commands: boolean; restarts: boolean };
  readonly runs: Map<number, RunOfVm>;
  /** Of all launches that were ever intended, with their attempts. */
  readonly vmNames: Map<string, number>;
  everGood: boolean;
  deleted: boolean;
  over: boolean;
  /** Known to be out of latest, as far as its log says. */
  held: boolean;
  attention?: string;
  /** Why its release waits, as recorded last. */
  waits?: string;
  /** An operator ordered something for its flags. */
  ordered: boolean;
  withdrawn: boolean;
  expedited: boolean;
  intent?: { type: string; plan: FlagPlan; regions: string[] };
  published: Set<string>;
}

const closing = new Set<Fact['type']>([
  'published',
  'releaseFinished',
  'quarantined',
  'leftInconclusive',
  'wouldPublish',
  'wouldQuarantine',
  'observed',
  'versionCreationFailed',
  'superseded',
  'releaseStopped',
  'withdrawn',
  'testFinished',
]);
const reopening = new Set<Fact['type']>([
  'driftFound',
  'creationRepeated',
  'replicationCaughtUp',
  'publicationOrdered',
  'withdrawalOrdered',
  'verdictOverridden',
]);

export function begin({ log, fact }: Entry, births: Births): Life | undefined {
  if (fact.type !== 'versionDetected' && fact.type !== 'testBegan') return undefined;
  const [, key = ''] = log.split('/');
  const adopted = fact.type === 'versionDetected' && fact.adopted === true;
  return {
    log,
    key,
    version: fact.version,
    birth: births.find(key, fact.version, fact.identity),
    mode: fact.type === 'versionDetected' ? fact.mode : 'test',
    byHand: fact.type === 'testBegan',
    adopted,
    asks: {
      commands: Object.keys(fact.smokeTest.command).length > 0,
      restarts: (fact.smokeTest.restarts ?? []).length > 0,
    },
    runs: new Map(),
    vmNames: new Map(),
    everGood: adopted,
    deleted: false,
    over: adopted,
    held: false,
    ordered: false,
    withdrawn: false,
    expedited: false,
    published: new Set(),
  };
}

export function goOn(life: Life, fact: Fact): void {
  if (fact.type === 'launchIntended') life.vmNames.set(fact.vmName, fact.attempt);
  if ('attempt' in fact) noteRun(runOf(life, fact.attempt), fact);
  if (fact.type === 'othersRestoreIntended' && life.intent) life.intent.plan = fact.plan;
  else if ('plan' in fact) life.intent = { type: fact.type, plan: fact.plan, regions: regionsOf(fact) };
  if (closing.has(fact.type)) life.over = true;
  if (fact.type === 'held' || fact.type === 'quarantined') life.held = true;
  if (fact.type === 'driftFound' || fact.type === 'creationRepeated') life.held = false;
  if (reopening.has(fact.type)) life.over = false;
  switch (fact.type) {
    case 'verdictReached':
    case 'retested':
      if (fact.type === 'retested') life.over &&= !reopens(fact.verdict, life);
      if (fact.verdict === 'passed') life.everGood = true;
      return;
    case 'verdictOverridden':
      life.everGood = true;
      return;
    case 'publicationOrdered':
      life.ordered = true;
      life.withdrawn = false;
      delete life.attention;
      return;
    case 'expedited':
      life.expedited = true;
      return;
    case 'failureReopened':
      life.over = false;
      return;
    case 'withdrawalOrdered':
      // Taken only where the policy of that time writes, whatever the mode was when the version was first seen.
      life.ordered = true;
      life.withdrawn = true;
      return;
    case 'withdrawn':
      if (fact.remainsIn.length === 0) life.held = true;
      for (const region of life.published) if (!fact.remainsIn.includes(region)) life.published.delete(region);
      return;
    case 'regionsShownByHand':
    case 'published':
    case 'regionsPublished':
      for (const region of fact.regions) life.published.add(region);
      return;
    case 'versionDeleted':
      life.deleted = true;
      return;
    case 'releaseWaits':
      life.waits = fact.code;
      return;
    case 'needsAttention':
      life.attention = fact.code;
  }
}

/** What a write is about, where it is not about all. */
function regionsOf(fact: Fact): string[] {
  if (fact.type === 'handEditUndoIntended') return [...fact.shows, ...fact.hides];
  return 'regions' in fact ? fact.regions : [];
}

/** What was good before and passes again stays as it is. */
function reopens(verdict: string | null, { everGood }: Life): boolean {
  return verdict === 'failed' || (verdict === 'passed' && !everGood);
}

function runOf({ runs }: Life, attempt: number): RunOfVm {
  const known = runs.get(attempt) ?? { evidence: [], deletionIntended: false, gone: false };
  runs.set(attempt, known);
  return known;
}

function noteRun(run: RunOfVm, fact: Extract<Fact, { attempt: number }>): void {
  if (fact.type === 'launchIntended') run.vmName = fact.vmName;
  else if (fact.type === 'evidenceSaved') run.evidence = savedOf(fact);
  else if (fact.type === 'smokeTestFinished') run.finished = fact.verdict;
  else if (fact.type === 'vmDeletionIntended') run.deletionIntended = true;
  else if (fact.type === 'vmGone') run.gone = true;
  else if (fact.type === 'quotaReached') delete run.vmName;
}

function savedOf({ files }: FactOf<'evidenceSaved'>): RunOfVm['evidence'] {
  return files.map(({ path, sha256 }) => ({ path, sha256 }));
}
