import type { Entry } from '../../shared/domain/entries.ts';
import { addMs, type Instant } from '../../shared/domain/instant.ts';
import { type Place, type RecordBalance, textOf } from './recordBalance.ts';

/** Of a million records, a 65th is held for a moment; where more are wrong, nobody wants to read of each. */
const mostBuckets = 1_000;
const mostNamed = 10;
/** The index, which records are of, may lack for a moment what is in the logs already. */
const lateMs = 600_000;

export interface Lists {
  recorded: AsyncIterable<Place>;
  written: AsyncIterable<Place>;
  /** When the entry of the newest record was written; empty where there is none. */
  newest: Instant;
}

interface Sides {
  place: Place;
  recorded: string[];
  written: string[];
}

/** What is wrong with records that are out of balance with the entries: both are read once more, and the uneven held. */
export async function nameDifferences(balance: RecordBalance, lists: Lists): Promise<string[]> {
  const uneven = balance.uneven(mostBuckets);
  if (uneven.size === 0) return [];
  const places = new Map<string, Sides>();
  const put = (one: Place, side: 'recorded' | 'written') => {
    if (!uneven.has(balance.bucketOf(one))) return;
    const name = `entry ${one.sequence} of ${one.log}`;
    const sides = places.get(name) ?? { place: one, recorded: [], written: [] };
    sides[side].push(textOf(one));
    places.set(name, sides);
  };
  for await (const one of lists.recorded) put(one, 'recorded');
  for await (const one of lists.written) put(one, 'written');
  const since = lists.newest === '' ? '' : addMs(lists.newest, -lateMs);
  const found = [...places].flatMap(([name, sides]) => {
    const what = differenceOf(sides, since);
    return what === undefined ? [] : [`${name} is ${what}`];
  });
  if (uneven.size < mostBuckets && found.length <= mostNamed) return found;
  return [...found.slice(0, mostNamed), 'more records and entries differ than are named here'];
}

function differenceOf({ place, recorded: [first, ...others], written }: Sides, since: Instant): string | undefined {
  if (first === undefined) return place.at > since ? undefined : 'of this time, and not recorded';
  if (written.length === 0) return 'recorded, and its entry is missing';
  if (others.length > 0) return 'recorded more than once';
  return written.includes(first) ? undefined : 'recorded otherwise than it was written';
}

export function placeOf({ id, log, sequence, at, actor, fact }: Entry): Place {
  return { id, log, sequence, at, type: fact.type, actor };
}
