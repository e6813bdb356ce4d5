import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Pace } from '../fakes/fakeSmokeTestVms.ts';
import { definitions, regions } from './definitions.ts';
import { drawPauses, withLimits } from './drawLimits.ts';
import { drawPace } from './drawPace.ts';
import { drawRequests } from './drawRequests.ts';
import { drawVersion } from './drawVersion.ts';
import type { Draw, Happening } from './happening.ts';
import { changedPolicies, policyText } from './policies.ts';
import type { Random } from './random.ts';

export interface Scenario {
  policy: string;
  slotsPerRegion: number;
  resetsPublishedDate: boolean;
  pace: Pace;
  sweepEveryMs: number;
  happenings: Happening[];
  editAtIntent?: EditAtIntent;
}

/** Somebody changes the flags of a version just as the service is about to write them. */
export interface EditAtIntent {
  kind: 'show' | 'hide';
  region?: string;
  /** Of all intents to write flags, from 1 on. */
  nth: number;
  /** From its append on. */
  afterMs: number;
}

/** Draws all that will happen in one seed, but for the faults of calls. */
export function drawScenario(random: Random): Scenario {
  const resetsPublishedDate = random.chance(0.3);
  const slotsPerRegion = random.pick([1, 2, 2, 3]);
  const restarts = random.chance(0.4);
  const happenings: Happening[] = [];
  const policy = policyText(random, { slotsPerRegion, restarts });
  const withoutCreatedAt = random.chance(0.15);
  const create = (definition: ImageDefinitionId, version: string, atMs: number) =>
    happenings.push({
      atMs,
      kind: 'create',
      definition,
      version,
      options: drawVersion(random, happenings.length, withoutCreatedAt),
    });
  const numbers = new Map<ImageDefinitionId, string[]>();
  for (const [index, definition] of definitions.entries()) {
    const count = (index === 0 ? 2 : 1) + (random.chance(0.06) ? 1 : 0);
    const mine = Array.from({ length: count }, (_, patch) => `1.0.${patch}`);
    numbers.set(definition, mine);
    for (const version of mine) create(definition, version, random.between(0, 600_000));
  }
  const draw: Draw = () => {
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
  if (random.chance(0.3)) happenings.push(drawEdit(random, draw));
  if (random.chance(0.1))
    happenings.push({
      ...draw(),
      kind: 'replicaArrives',
      region: random.pick(regions as [string]),
    });
  if (random.chance(0.08))
    happenings.push({
      kind: 'deleteVm',
      nth: random.between(0, 2),
      atMs: draw().atMs,
    });
  if (random.chance(0.25)) happenings.push(...changedPolicies(random, policy, { slotsPerRegion, restarts }));
  if (random.chance(0.35)) happenings.push(...drawRequests(random, draw));
  if (random.chance(0.25))
    happenings.push({
      kind: 'clock',
      worker: random.between(0, 2),
      skewMs: random.between(-90_000, 90_000),
      atMs: draw().atMs,
    });
  if (random.chance(0.04))
    happenings.push({
      kind: 'outage',
      forMs: random.pick([600_000, 9_000_000]),
      atMs: draw().atMs,
    });
  if (random.chance(0.2)) happenings.push(...drawPauses(random));
  // The closer together, the more versions go through one step, and the more comes in the middle of something.
  const stretch = random.pick([0.1, 0.3, 1]);
  const closer = happenings.map((each) => ({ ...each, atMs: Math.round(each.atMs * stretch) }));
  const [limited, changed] = withLimits(random, policy, closer);
  changed.sort((a, b) => a.atMs - b.atMs);
  return {
    policy: limited,
    slotsPerRegion,
    resetsPublishedDate,
    pace: drawPace(random),
    sweepEveryMs: random.pick([300_000, 900_000, 900_000, 900_000, 900_000, 900_000, 900_000, 900_000]),
    happenings: changed,
    ...(random.chance(0.4) && { editAtIntent: drawEditAtIntent(random) }),
  };
}

function drawEditAtIntent(random: Random): EditAtIntent {
  return {
    kind: random.chance(0.5) ? 'show' : 'hide',
    ...(random.chance(0.7) && { region: random.pick(regions as [string]) }),
    nth: random.between(1, 8),
    afterMs: random.pick([0, 0, 2_000, 20_000]),
  };
}

/** By somebody with a browser. */
function drawEdit(random: Random, draw: Draw): Happening {
  const kind = random.pick<'show' | 'hide' | 'addRegion' | 'endOfLife'>(['show', 'hide', 'addRegion', 'endOfLife']);
  if (kind !== 'show' && kind !== 'hide') return { ...draw(), kind };
  return { ...draw(), kind, ...(random.chance(0.5) && { region: random.pick(regions as [string]) }) };
}
