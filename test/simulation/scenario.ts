import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { RequestFact } from '../../shared/domain/requests.ts';
import type { FakeVersionOptions } from '../fakes/fakeGalleries.ts';
import type { GuestKind } from './guests.ts';
import { changedPolicies, policyText } from './policies.ts';
import type { Random } from './random.ts';

export const definitions: ImageDefinitionId[] = ['ubuntu-2404', 'debian-13'].map((image) => ({
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image,
}));
const regions = ['westeurope', 'northeurope', 'uksouth'];

/** What producers, operators and hands do to the world. */
export type Happening = { atMs: number } & (
  | { kind: 'create'; definition: ImageDefinitionId; version: string; options: FakeVersionOptions }
  | { kind: 'delete'; definition: ImageDefinitionId; version: string }
  | { kind: 'show' | 'hide' | 'addRegion' | 'endOfLife'; definition: ImageDefinitionId; version: string }
  | { kind: 'replicaArrives'; definition: ImageDefinitionId; version: string; region: string }
  | { kind: 'deleteVm'; nth: number }
  | { kind: 'policy'; text: string | undefined }
  | { kind: 'request'; definition: ImageDefinitionId; fact: RequestFact; actor: string }
  | { kind: 'clock'; worker: number; skewMs: number }
  | { kind: 'outage'; forMs: number }
);

export interface Scenario {
  policy: string;
  slotsPerRegion: number;
  resetsPublishedDate: boolean;
  happenings: Happening[];
}

const kinds: [GuestKind, ...GuestKind[]] = [
  'healthy',
  'healthy',
  'healthy',
  'healthy',
  'broken',
  'broken',
  'scarce',
  'refused',
  'shortOfQuota',
  'panics',
  'brokenAfterRestart',
  'mute',
  'cut',
  'foreign',
  'garbled',
];

/** Draws all that will happen in one seed, but for the faults of calls. */
export function drawScenario(random: Random): Scenario {
  const resetsPublishedDate = random.chance(0.3);
  const slotsPerRegion = random.pick([1, 2, 2, 3]);
  const restarts = random.chance(0.6);
  const happenings: Happening[] = [];
  const policy = policyText(random, { slotsPerRegion, restarts });
  const withoutCreatedAt = random.chance(0.15);
  const create = (definition: ImageDefinitionId, version: string, atMs: number) =>
    happenings.push({
      atMs,
      kind: 'create',
      definition,
      version,
      options: options(random, happenings.length, withoutCreatedAt),
    });
  const numbers = new Map<ImageDefinitionId, string[]>();
  for (const [index, definition] of definitions.entries()) {
    const count = index === 0 ? random.between(2, 3) : random.between(1, 2);
    const mine = Array.from({ length: count }, (_, patch) => `1.0.${patch}`);
    numbers.set(definition, mine);
    for (const version of mine) create(definition, version, random.between(0, 600_000));
  }
  const draw = () => {
    const definition = random.pick(definitions as [ImageDefinitionId]);
    return {
      definition,
      version: random.pick((numbers.get(definition) ?? ['1.0.0']) as [string]),
      atMs: random.between(60_000, 1_500_000),
    };
  };
  if (random.chance(0.35)) {
    const { definition, version, atMs } = draw();
    happenings.push({ kind: 'delete', definition, version, atMs });
    if (random.chance(0.75)) create(definition, version, atMs + random.pick([1, 1_000, 60_000]));
  }
  if (random.chance(0.3)) happenings.push({ ...draw(), kind: random.pick(['show', 'hide', 'addRegion', 'endOfLife']) });
  if (random.chance(0.1))
    happenings.push({ ...draw(), kind: 'replicaArrives', region: random.pick(regions as [string]) });
  if (random.chance(0.08)) happenings.push({ kind: 'deleteVm', nth: random.between(0, 2), atMs: draw().atMs });
  if (random.chance(0.25)) happenings.push(...changedPolicies(random, policy, { slotsPerRegion, restarts }));
  if (random.chance(0.35)) happenings.push(...requests(random, draw));
  if (random.chance(0.25))
    happenings.push({
      kind: 'clock',
      worker: random.between(0, 2),
      skewMs: random.between(-90_000, 90_000),
      atMs: draw().atMs,
    });
  if (random.chance(0.04))
    happenings.push({ kind: 'outage', forMs: random.pick([600_000, 9_000_000]), atMs: draw().atMs });
  happenings.sort((a, b) => a.atMs - b.atMs);
  return { policy, slotsPerRegion, resetsPublishedDate, happenings };
}

function options(random: Random, number: number, withoutCreatedAt: boolean): FakeVersionOptions {
  return {
    sourceId: `${random.pick(kinds)}-${number}`,
    regions:
      number === 0 || random.chance(0.7)
        ? regions
        : random.pick([regions.slice(0, 1), regions.slice(0, 2), regions.slice(1)]),
    excludeFromLatest: random.chance(0.6),
    replicationMs: random.pick([1_000, 30_000, 30_000, 200_000]),
    ...(random.chance(0.06) && { failsIn: [random.pick(regions as [string])] }),
    ...(withoutCreatedAt && { withoutCreatedAt }),
  };
}

type Draw = () => { definition: ImageDefinitionId; version: string; atMs: number };

/** What operators ask for, and at the end that all goes on. */
function requests(random: Random, draw: Draw): Happening[] {
  const reason = 'because';
  const asked: Happening[] = [];
  for (let count = random.between(1, 3); count > 0; count -= 1) {
    const { definition, version, atMs } = draw();
    const plain = (
      type: 'publishRequested' | 'quarantineRequested' | 'liftRequested' | 'retestRequested' | 'rollbackRequested',
    ) => ({ type, version, reason });
    const fact = random.pick<RequestFact>([
      plain('publishRequested'),
      plain('quarantineRequested'),
      plain('liftRequested'),
      plain('retestRequested'),
      plain('rollbackRequested'),
      { type: 'expediteRequested', version, reason, ticket: 'OPS-1' },
      { type: 'overrideRequested', version, reason, ticket: 'OPS-2' },
      { type: 'pauseRequested', reason },
      { type: 'answerRequested', version, answer: 'veto', reason },
    ]);
    asked.push({ kind: 'request', definition, fact, actor: `operator-${random.between(1, 2)}`, atMs });
    if (fact.type === 'answerRequested')
      asked.push({
        kind: 'request',
        definition,
        fact: { ...fact, answer: 'approve' },
        actor: asked.at(-1)?.kind === 'request' ? (asked.at(-1) as { actor: string }).actor : '',
        atMs: 1_600_000,
      });
  }
  for (const definition of definitions)
    asked.push({
      kind: 'request',
      definition,
      fact: { type: 'resumeRequested', reason },
      actor: 'operator-1',
      atMs: 1_700_000,
    });
  return asked;
}
