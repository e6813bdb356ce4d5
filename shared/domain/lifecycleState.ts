import type { Fact, FactOf, LifecycleNotes, Outcome } from './facts.ts';
import { type GalleryWrite, intend, type Profile } from './galleryWrite.ts';
import type { Instant } from './instant.ts';
import { lifecycleFacts } from './lifecycleFacts.ts';
import type { ReleaseState } from './releaseState.ts';

/** Where a published version stands between its end of life and its deletion. */
export interface LifecycleState extends LifecycleNotes {
  /** Work that is under way. */
  due?: Omit<FactOf<'lifecycleDue'>, 'type'>;
  deletion?: { reason: string; intendedAt: Instant; acceptedAt?: Instant };
}

type LifecycleFact = FactOf<(typeof lifecycleFacts)[number]['shape']['type']['value']>;
const types = new Set<string>(lifecycleFacts.map(({ shape }) => shape.type.value));

export function isLifecycleFact(fact: Fact): fact is LifecycleFact {
  return types.has(fact.type);
}

/** What of an incarnation's state the lifecycle changes. */
interface Aging {
  lifecycle?: LifecycleState;
  write?: GalleryWrite;
  earlier?: Profile[];
  outcome?: Outcome;
  release?: ReleaseState;
  needsAttention?: unknown;
}

export function evolveLifecycle(state: Aging, fact: LifecycleFact, at: Instant): void {
  state.lifecycle ??= {};
  const { lifecycle } = state;
  switch (fact.type) {
    case 'lifecycleDue': {
      const { type: _, ...due } = fact;
      delete state.release?.handEdit;
      lifecycle.due = due;
      break;
    }
    case 'endOfLifeIntended':
      intend(state, 'endOfLife', fact.plan, at);
      break;
    case 'retirementIntended':
      intend(state, 'retire', fact.plan, at, fact.regions);
      break;
    case 'retentionKept':
      lifecycle.keptUntil = fact.until;
      delete lifecycle.deletion;
      end(state, lifecycle);
      break;
    case 'wouldBeDeleted':
      lifecycle.previewed = true;
      end(state, lifecycle);
      break;
    case 'deletionIntended':
      lifecycle.deletion = { reason: fact.reason, intendedAt: at };
      break;
    case 'deletionAccepted':
      if (lifecycle.deletion) lifecycle.deletion.acceptedAt = at;
      break;
    case 'endOfLifeUndone':
      lifecycle.undone = [...(lifecycle.undone ?? []), fact.found ?? 'none'];
      lifecycle.set = fact.endOfLife;
      end(state, lifecycle);
      break;
    case 'endOfLifeSet':
      lifecycle.set = fact.endOfLife;
      if (fact.why !== 'superseded') break;
      lifecycle.superseded = { endOfLife: fact.endOfLife, before: endOfLifeBefore(state, lifecycle) };
      end(state, lifecycle);
      break;
    case 'endOfLifeRestored':
      delete lifecycle.superseded;
      lifecycle.set = fact.endOfLife;
      end(state, lifecycle);
      break;
    case 'lifecycleDropped':
      if (fact.keepsEndOfLife) delete lifecycle.superseded;
      end(state, lifecycle);
      break;
    case 'endOfLifeNear':
      lifecycle.warned = { endOfLife: fact.endOfLife, days: fact.days };
      break;
    case 'retired':
      lifecycle.retired = { endOfLife: fact.endOfLife, remainsIn: fact.remainsIn };
      end(state, lifecycle);
      retire(state, fact);
      break;
  }
}

/** One that an earlier superseding gave it does not count. */
function endOfLifeBefore({ write }: Aging, { superseded }: LifecycleState): Instant | null {
  const found = write?.plan.endOfLifeDate ?? null;
  return superseded?.endOfLife === found ? superseded.before : found;
}

function end(state: Aging, lifecycle: LifecycleState): void {
  delete lifecycle.due;
  delete state.write;
  delete state.needsAttention;
}

function retire(state: Aging, { regions, remainsIn }: FactOf<'retired'>): void {
  for (const region of regions) delete state.release?.published[region];
  if (remainsIn.length === 0 && state.outcome === 'published') state.outcome = 'retired';
}
