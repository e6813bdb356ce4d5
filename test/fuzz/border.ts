import { fc } from '../fastCheck.ts';

/** A place at which something from outside comes in: whatever it is, taking it is never a defect. */
export interface Border<T = unknown> {
  name: string;
  inputs: fc.Arbitrary<T>;
  /** Throws, or rejects, where the input is a defect of the service: a refusal is a value, or an AdapterError. */
  take(input: T): unknown;
}

/** A border with its input's type forgotten, so that all stand in one list. */
export function border<T>(of: Border<T>): Border {
  return of as Border;
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '../..', '%00', '__proto__', '2026-02-30T00:00:00.000Z', '1.2.3.4', 'a'.repeat(5_000)),
  fc.constantFrom<unknown>(null, undefined, -1, 0, 1e21, Number.NaN, Number.MAX_SAFE_INTEGER + 2, true, [], {}),
);

/** Something like the sample: some of its members are others, or are not there; now and then it is not like it at all. */
export function nearly(sample: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({ at: fc.nat(), to: anything, how: fc.constantFrom('replace', 'remove', 'add') });
  const changed = fc.array(change, { maxLength: 3 }).map((changes) => {
    const copy = { it: structuredClone(sample) };
    for (const { at, to, how } of changes) {
      const places = placesIn(copy);
      const [holder, name] = places[at % places.length] ?? [copy, 'it'];
      if (how === 'remove') Reflect.deleteProperty(holder, name);
      else Reflect.set(holder, how === 'add' ? 'added' : name, to);
    }
    return copy.it;
  });
  return fc.oneof({ arbitrary: changed, weight: 9 }, { arbitrary: anything, weight: 1 });
}

/** Every member of every object in it. */
function placesIn(value: object): [holder: object, name: string][] {
  return Object.entries(value).flatMap(([name, member]): [object, string][] => [
    [value, name],
    ...(member !== null && typeof member === 'object' ? placesIn(member) : []),
  ]);
}

/** Something like the sample text: cut, torn apart, said twice, with other characters in it. */
export function nearlyText(sample: string): fc.Arbitrary<string> {
  const at = fc.integer({ min: 0, max: sample.length });
  const pieces = fc.oneof(
    fc.tuple(at, at).map(([from, to]) => sample.slice(Math.min(from, to), Math.max(from, to))),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(sample, '\n', '\0', '\r\n', '\ufeff', ': ', '- ', '&a [*a]', '{"schema":9}', 'x'.repeat(5_000)),
  );
  const spliced = fc
    .tuple(at, at, pieces)
    .map(([from, to, piece]) => sample.slice(0, Math.min(from, to)) + piece + sample.slice(Math.max(from, to)));
  return fc.oneof(
    spliced,
    fc.array(pieces, { maxLength: 4 }).map((all) => all.join('')),
  );
}
