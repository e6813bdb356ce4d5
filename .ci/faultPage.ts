import type { Entry } from '../shared/domain/entries.ts';
import type { Fact, FactOf } from '../shared/domain/facts.ts';
import { enforce, ubuntu, World } from '../test/fakes/world.ts';
import { type SmokeTestFault, smokeTestFaults } from './smokeTestFaults.ts';

interface FoundFault {
  fault: string;
  verdict: string;
  reason: string;
  attempts: number;
  /** From the first launch to the verdict; undefined where nothing was launched. */
  foundAfterMs?: number;
}

const head = `# What the smoke test finds

<!-- Generated from .ci/smokeTestFaults.ts by "npm run docs". -->

Every fault below is played through the whole service, with the cloud in memory and a clock that only moves when told. A
VM there is provisioned 30 seconds after its launch, its agent is ready after 45, a script is answered within 10, a restart takes
15; Azure itself takes longer, so read the times as what the service adds by waiting and trying again. The policy names two
sizes and one check, and leaves the rest at its defaults: among them 15 minutes for the agent, a platform restart with all
checks again, and at most three attempts; a control run of the last published version counts as one here.

\`failed\` blames the image and quarantines it. \`inconclusive\` blames nobody: the version stays out of latest, and somebody is
told why, with what to do where somebody can do something; \`imprimatur retest\` has it tested again. Without quota a slot is
waited for, six hours for the whole test, which is no attempt.
`;

const oldChecks = 'command:\n  old check: { exec: x, exit-status: 0 }\n';
const ends = new Set<Fact['type']>(['published', 'quarantined', 'leftInconclusive']);

/** docs/smoke-test-faults.md: fault, verdict, reason and time to find, as the workflow itself comes to them. */
export async function faultPage(): Promise<string> {
  const sections: string[] = [];
  for (const { title, faults } of smokeTestFaults) {
    const found: FoundFault[] = [];
    for (const fault of faults) found.push(await findFault(fault));
    sections.push([`## ${title}`, '', ...table(found), ''].join('\n'));
  }
  return [head, ...sections].join('\n');
}

async function findFault({ fault, guest, regions, policy, checkFile, control }: SmokeTestFault): Promise<FoundFault> {
  const world = new World();
  const file = checkFile === undefined ? '' : '  checkFile: checks/web.yaml\n';
  world.policyFile.text = `${enforce}${file}${policy === undefined ? '' : `  ${policy}\n`}`;
  if (control) {
    world.checkFiles.texts.set('checks/web.yaml', oldChecks);
    await publish(world, '1.0.0', 'last');
    world.guests.last = control;
  }
  if (checkFile !== undefined) world.checkFiles.texts.set('checks/web.yaml', checkFile);
  world.guests.faulty = guest;
  await publish(world, '1.0.1', 'faulty', regions);
  return { fault, ...toldBy(world.entriesOf('1.0.1')) };
}

/** Creates a version, and lets time pass until it is decided. */
async function publish(world: World, version: string, sourceId: string, regions?: string[]): Promise<void> {
  world.galleries.create(ubuntu, version, { sourceId, excludeFromLatest: true, ...(regions && { regions }) });
  for (let halfHours = 0; halfHours < 48; halfHours += 1) {
    await world.run({ forMs: 30 * 60_000 });
    if (world.types(version).some((type) => ends.has(type))) return;
  }
  throw new Error(`${version} comes to no verdict in a day`);
}

function toldBy(entries: Entry[]): Omit<FoundFault, 'fault'> {
  const launched = entries.filter(({ fact }) => fact.type === 'launchIntended');
  const reached = entries.find(({ fact }) => fact.type === 'verdictReached');
  const [verdict] = factsOf(entries, 'verdictReached');
  const finished = factsOf(entries, 'smokeTestFinished').at(-1);
  if (!reached || !verdict) throw new Error('no verdict');
  const warnings = (finished?.warnings ?? []).map((warning) => `; ${warning}`);
  const [first] = launched;
  return {
    verdict: verdict.verdict,
    reason: `${verdict.reason}${warnings.join('')}`,
    attempts: new Set(factsOf(entries, 'launchIntended').map(({ vmName }) => vmName)).size,
    ...(first && { foundAfterMs: Date.parse(reached.at) - Date.parse(first.at) }),
  };
}

function factsOf<T extends Fact['type']>(entries: Entry[], type: T): FactOf<T>[] {
  return entries.flatMap(({ fact }) => (fact.type === type ? [fact as FactOf<T>] : []));
}

function table(found: FoundFault[]): string[] {
  return [
    row('fault', 'verdict', 'reason', 'attempts', 'time to find'),
    row('---', '---', '---', '---', '---'),
    ...found.map(({ fault, verdict, reason, attempts, foundAfterMs }) =>
      row(
        fault,
        `**${verdict}**`,
        code(reason),
        String(attempts),
        foundAfterMs === undefined ? '' : duration(foundAfterMs),
      ),
    ),
  ];
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.join(' ') || '0 s';
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const code = (text: string) => `\`${text.replaceAll(/\s+/g, ' ').replaceAll('`', "'").replaceAll('|', '\\|')}\``;
