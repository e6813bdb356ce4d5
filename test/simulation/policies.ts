import type { Happening } from './happening.ts';
import type { Random } from './random.ts';

interface Fixed {
  slotsPerRegion: number;
  /** Whether guests are started again within a smoke test. */
  restarts: boolean;
}

const releases = [
  '{ rings: [{ regions: [westeurope], soakHours: 0.05 }, {}] }',
  '{ rings: [{ regions: [uksouth, northeurope], soakHours: 0.1 }, { regions: [westeurope] }] }',
  '{ rings: [{ regions: [westeurope] }, { regions: [northeurope], soakHours: 0.02 }, {}], lateRegions: wait }',
  '{ rings: [{}] }',
] as const;

export function policyText(random: Random, { slotsPerRegion, restarts }: Fixed, mode = 'enforce'): string {
  const how = random.pick(['platformRestart', 'platformRestart', 'guestReboot', 'stopStart']);
  return `version: 1
mode: ${mode}
smokeTest:
  vmSizes: [Standard_D2s_v5, Standard_D2as_v5]
  restarts: [${restarts ? how : ''}]
  command: { web is up: { exec: systemctl is-active nginx } }
slots: { perRegion: ${slotsPerRegion} }
replicationLimitHours: 0.1
release: ${random.pick(releases)}
`;
}

/** Another policy, a mistake in it, a file that is lost: once or twice, and at the end a good one again. */
export function changedPolicies(random: Random, first: string, fixed: Fixed): Happening[] {
  const changes = [
    () => policyText(random, fixed),
    () => policyText(random, fixed, random.pick(['test', 'observe'])),
    () => first.replace('version: 1', 'version: one'),
    () => undefined,
  ] as const;
  const changed: Happening[] = [
    {
      kind: 'policy',
      text: random.pick(changes)(),
      atMs: random.between(60_000, 900_000),
    },
  ];
  if (random.chance(0.4))
    changed.push({
      kind: 'policy',
      text: random.pick(changes)(),
      atMs: random.between(900_000, 1_400_000),
    });
  return [...changed, { kind: 'policy', text: policyText(random, fixed), atMs: 1_500_000 }];
}
