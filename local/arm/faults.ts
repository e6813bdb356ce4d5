import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { regionName } from './regions.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

const effect = z.discriminatedUnion('kind', [
  /** Refuses the request; with `async` it is accepted and its long-running operation fails. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599).default(500),
    code: z.string(),
    message: z.string().default('An internal execution error occurred. Please retry later.'),
    async: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('throttle'), retryAfterSeconds: z.int().min(0).default(30) }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  /** Everything is done, then the connection is reset instead of an answer. */
  z.strictObject({ kind: z.literal('dropResponse') }),
  z.strictObject({ kind: z.literal('eventLost') }),
  z.strictObject({ kind: z.literal('eventDoubled') }),
  /** At acceptance instead of at the end. */
  z.strictObject({ kind: z.literal('eventEarly') }),
  z.strictObject({ kind: z.literal('eventDelayed'), ms: z.number().min(0) }),
  /** Behind the next event. */
  z.strictObject({ kind: z.literal('eventReversed') }),
  /** The replica of one target region takes `ms` longer than the others, or never comes. */
  z.strictObject({ kind: z.literal('slowReplication'), targetRegion: z.string(), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('failedReplication'), targetRegion: z.string() }),
  /** Network interface and disk stay when their virtual machine goes, whatever its delete options say. */
  z.strictObject({
    kind: z.literal('leak'),
    of: z.array(z.enum(['networkInterface', 'disk'])).default(['networkInterface', 'disk']),
  }),
]);

/** A fault to add: it meets each `every`th of the requests that fulfil every condition of `match`, `count` times. */
export const faultSchema = z.strictObject({
  match: z
    .strictObject({
      method: z.string().toUpperCase().optional(),
      type: z.string().toLowerCase().optional(),
      /** Of a POST: "restart", "runCommand". */
      action: z.string().toLowerCase().optional(),
      /** Regular expression on the resource's name or its id. */
      name: z.string().optional(),
      vmSize: z.string().optional(),
      region: z.string().optional(),
      /** Whose requests: the object or application id that events show. */
      caller: z.string().optional(),
    })
    .default({}),
  every: z.int().positive().default(1),
  count: z.union([z.int().positive(), z.literal('always')]).default(1),
  effect,
});

export type Fault = z.output<typeof faultSchema> & { id: string };
export type Effect = Fault['effect'];
type EffectOf<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

/** What of a request faults are matched with. */
export interface FaultFacts {
  method: string;
  type: string;
  id: string;
  action?: string;
  vmSize?: string;
  region?: string;
  caller: string;
}

/** The faults set at run time. They survive a restart, like everything else. */
export class Faults {
  readonly #table: Table<Fault>;
  readonly #met = new Map<string, number>();

  constructor(store: Store) {
    this.#table = store.table('faults');
  }

  list(): Fault[] {
    return this.#table.all();
  }

  add(fault: z.output<typeof faultSchema>): Fault {
    const added = { ...fault, id: randomUUID() };
    this.#table.set(added.id, added);
    return added;
  }

  remove(id?: string): void {
    for (const fault of this.list()) if (id === undefined || fault.id === id) this.#table.set(fault.id, undefined);
  }

  /** The effect of the first fault of this kind that meets the request; its count goes down. */
  take<K extends Effect['kind']>(
    kind: K,
    facts: FaultFacts,
    accept: (effect: EffectOf<K>) => boolean = () => true,
  ): EffectOf<K> | undefined {
    for (const fault of this.list()) {
      if (!isOfKind(fault.effect, kind) || !meets(fault, facts) || !accept(fault.effect)) continue;
      const met = (this.#met.get(fault.id) ?? 0) + 1;
      this.#met.set(fault.id, met);
      if (met % fault.every !== 0) continue;
      const count = fault.count === 'always' ? fault.count : fault.count - 1;
      this.#table.set(fault.id, count === 0 ? undefined : { ...fault, count });
      return fault.effect;
    }
    return undefined;
  }
}

function isOfKind<K extends Effect['kind']>(effect: Effect, kind: K): effect is EffectOf<K> {
  return effect.kind === kind;
}

function meets({ match }: Fault, facts: FaultFacts): boolean {
  const pattern = match.name === undefined ? undefined : new RegExp(match.name, 'i');
  const name = facts.id.slice(facts.id.lastIndexOf('/') + 1);
  return (
    (match.method === undefined || match.method === facts.method) &&
    (match.type === undefined || match.type === facts.type.toLowerCase()) &&
    (match.action === undefined || match.action === facts.action?.toLowerCase()) &&
    (pattern === undefined || pattern.test(name) || pattern.test(facts.id)) &&
    (match.caller === undefined || match.caller === facts.caller) &&
    (match.vmSize === undefined || match.vmSize.toLowerCase() === facts.vmSize?.toLowerCase()) &&
    (match.region === undefined || regionName(match.region) === regionName(facts.region ?? ''))
  );
}
