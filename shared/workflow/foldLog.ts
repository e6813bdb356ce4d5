import { type DefinitionState, foldDefinition } from '../domain/definitionState.ts';
import type { Entry } from '../domain/entries.ts';
import { foldIncarnation, type IncarnationState } from '../domain/incarnationState.ts';
import { foldInstance, type InstanceState } from '../domain/instanceState.ts';
import type { LoadedLog } from './log.ts';

// By the last entry, whose hash stands for all before it. A state is only read, by whoever gets it.
const definitions = new WeakMap<Entry, DefinitionState>();
const incarnations = new WeakMap<Entry, IncarnationState>();
const instances = new WeakMap<Entry, InstanceState>();

/** What the log of an image definition comes to: folded once for each length that a step sees it at. */
export function foldDefinitionLog({ entries }: LoadedLog): DefinitionState {
  return foldOnce(definitions, entries, foldDefinition) ?? foldDefinition(entries);
}

/** What the log of an incarnation comes to; undefined when it does not begin with a detection. */
export function foldIncarnationLog({ entries }: LoadedLog): IncarnationState | undefined {
  return foldOnce(incarnations, entries, foldIncarnation);
}

/** What the log of the instance comes to. */
export function foldInstanceLog({ entries }: LoadedLog): InstanceState {
  return foldOnce(instances, entries, foldInstance) ?? {};
}

function foldOnce<S extends object>(
  known: WeakMap<Entry, S>,
  entries: Entry[],
  fold: (entries: Entry[]) => S | undefined,
): S | undefined {
  const last = entries.at(-1);
  if (!last) return undefined;
  const state = known.get(last) ?? fold(entries);
  if (state) known.set(last, state);
  return state;
}
