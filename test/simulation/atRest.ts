import { type Entry, firstBroken } from '../../shared/domain/entries.ts';
import type { Fact } from '../../shared/domain/facts.ts';
import { isHidden, offeredRegions } from '../../shared/domain/imageVersion.ts';
import { countedVms } from './checks/limitChecks.ts';
import { definitions, keyOf } from './definitions.ts';
import type { Life } from './lives.ts';
import type { Simulation } from './simulation.ts';
import type { Trail } from './trail.ts';

/** With these a version waits for a person, and rightly. */
const forPersons = ['NotReplicated', 'LastGood', 'GalleryWriteLost'];
/** The policy waits for a region that never gets its replica, or the veto was accepted last. */
const byPolicy = ['late', 'veto'];

/** What has to hold when everything has come to rest. */
export function checkAtRest(simulation: Simulation): void {
  const { azure, checker } = simulation;
  for (const vmName of azure.smokeTestVms.vms.keys()) checker.fail('nothing left behind', `VM ${vmName}`);
  for (const [name, { text }] of azure.documents.documents) {
    if (name.startsWith('slots/') && !text.startsWith('{"slots":[]'))
      checker.fail('nothing left behind', `${name}: ${text}`);
  }
  for (const log of azure.auditLogs.blobs.keys()) checkLog(simulation, log);
  checkCount(simulation);
  for (const definition of definitions) {
    checkOpen(simulation, keyOf(definition));
    for (const { version } of azure.versionsOf(definition))
      checkVersion(simulation, keyOf(definition), version.version);
    checkLatest(simulation, definition);
  }
}

/** Where the policy had a budget all the time, each VM is counted once, as the logs say. */
function checkCount({ azure, checker, scenario }: Simulation): void {
  const { policy, happenings } = scenario;
  const changes = happenings.filter(({ kind }) => kind === 'policy');
  if (!policy.includes('budget') || changes.length > 1) return;
  const grantedAt = changes[0] ? new Date(Date.parse('2026-11-22T08:00:00.000Z') + changes[0].atMs).toISOString() : '';
  const { vms } = countedVms.parse(JSON.parse(azure.documents.documents.get('budget/vms')?.text ?? '{"vms":{}}'));
  const launches = checker.entries().filter(({ at, fact }) => fact.type === 'launchIntended' && at < grantedAt);
  for (const { id, at, log, fact } of launches) {
    const life = vms[id];
    if (life?.from !== at)
      checker.fail('budget', `launch ${id} of ${log} is counted from ${life?.from}, and was at ${at}`);
    const end = checker.trail.logs
      .get(log)
      ?.find((entry) => entry.sequence > sequenceOf(checker.trail, id) && isEnd(entry, fact));
    if (end && end.at < grantedAt && life?.to !== end.at)
      checker.fail('budget', `launch ${id} of ${log} is counted until ${life?.to}, and was until ${end.at}`);
  }
  const known = new Set(checker.entries().map(({ id }) => id));
  for (const id of Object.keys(vms)) if (!known.has(id)) checker.fail('budget', `${id} is counted, and is no launch`);
}

function isEnd({ fact }: Entry, launch: Fact): boolean {
  const isOne = fact.type === 'vmGone' || fact.type === 'quotaReached';
  return isOne && launch.type === 'launchIntended' && fact.attempt === launch.attempt;
}

function sequenceOf({ entries }: Trail, id: string): number {
  return entries.get(id)?.sequence ?? 0;
}

function checkLog({ azure, checker }: Simulation, log: string): void {
  const entries = checker.trail.logs.get(log) ?? [];
  const stored = azure.auditLogs.entriesOf(log);
  const broken = firstBroken(stored);
  if (broken !== undefined) checker.fail('chain', `${log} is broken at ${broken}`);
  // The hash of the last stands for all before it.
  if (stored.length !== entries.length || stored.at(-1)?.hash !== entries.at(-1)?.hash)
    checker.fail('chain', `${log} has ${stored.length} entries, of which ${entries.length} were appended`);
  if (azure.documents.documents.has(`open/${log.split('/')[1]}`)) return;
  for (const id of checker.trail.announcedBy(log))
    if (!azure.announcements.onTopic.has(id))
      checker.fail('every announcement is sent', `${checker.trail.entries.get(id)?.fact.type} of ${log} is not`);
  for (const { id, fact } of entries)
    if (!azure.auditIndex.records.has(id)) checker.fail('every entry is indexed', `${fact.type} of ${log} is not`);
}

/** Only what waits for a person may be open. */
function checkOpen({ azure, checker }: Simulation, key: string): void {
  if (isLeft(checker.trail, key, 'pauseRequested')) return;
  const isPinned = isLeft(checker.trail, key, 'rollbackRequested');
  const open = [...(checker.trail.open.get(key) ?? [])].flatMap(
    (name) => checker.trail.lives.get(`incarnations/${key}/${name}`) ?? [],
  );
  const unfinished = open.filter(
    ({ attention = '', waits = '' }) =>
      !forPersons.includes(attention) && !byPolicy.includes(waits) && !(isPinned && waits === 'pinned'),
  );
  for (const { version, attention, waits } of unfinished)
    checker.fail('everything is finished', `${version} of ${key} is open: ${attention ?? waits}`);
  if (open.length === 0 && azure.documents.documents.has(`open/${key}`))
    checker.fail('nothing left behind', `marker of ${key}`);
}

/** In an outage requests wait for a worker, and the resumption may be accepted before the pause or the pin that it would end. */
function isLeft({ logs }: Trail, key: string, type: 'pauseRequested' | 'rollbackRequested'): boolean {
  const asked = logs.get(`definitions/${key}`)?.map(({ fact }) => fact.type) ?? [];
  return asked.lastIndexOf(type) > asked.lastIndexOf('resumeRequested');
}

/** Every version that exists was met, and what was held is out of latest. */
function checkVersion({ checker, azure, scenario }: Simulation, key: string, version: string): void {
  // Under a more careful policy a version is left as it is.
  const isRestrained = scenario.happenings.some(
    (each) => each.kind === 'policy' && /mode: (test|observe)/.test(each.text ?? ''),
  );
  const found = azure.galleries
    .all()
    .find((each) => keyOf(each.definition) === key && each.version.version === version);
  const life: Life | undefined = found && checker.trail.lifeOf(checker.births.of(found.version));
  if (!found) return;
  if (!life) {
    checker.fail('everything is finished', `${version} of ${key} was never detected`);
    return;
  }
  const { mode, everGood } = life;
  if (mode !== 'enforce' || everGood || isHidden(found.version) || isRestrained) return;
  checker.fail('never visible untested', `${version} of ${key} stays visible in ${offeredRegions(found.version)}`);
}

/** What the log of the definition says is latest is what Azure would pick. */
function checkLatest(simulation: Simulation, definition: (typeof definitions)[number]): void {
  const { checker } = simulation;
  const key = keyOf(definition);
  const noted: Record<string, string> = {};
  for (const { fact } of checker.trail.logs.get(`definitions/${key}`) ?? []) {
    if (fact.type !== 'latestChanged') continue;
    if (fact.version === null) delete noted[fact.region];
    else noted[fact.region] = fact.version;
  }
  const latest = simulation.latest(definition);
  for (const region of new Set([...Object.keys(noted), ...Object.keys(latest)]))
    if (noted[region] !== latest[region])
      checker.fail('latest is noted', `${region}: ${latest[region]}, noted ${noted[region]}`);
}
