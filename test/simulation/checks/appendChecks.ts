import type { Entry } from '../../../shared/domain/entries.ts';
import { isHidden, isUnsettled, offeredRegions } from '../../../shared/domain/imageVersion.ts';
import type { Check, Scene } from '../checker.ts';
import { wrongVerdicts } from '../guests.ts';
import type { Life } from '../lives.ts';

/** What is written down is true, and nothing is open without a marker. */
export const appendChecks: Check = {
  after: {
    'auditLogs.append': (scene, [log, entries], result) => {
      if (result === 'conflict') return;
      const [kind = '', key = ''] = log.split('/');
      if ((kind === 'definitions' || kind === 'incarnations') && !scene.azure.documents.documents.has(`open/${key}`))
        scene.fail('nothing open without a marker', `${log} grows, and ${key} has none`);
      for (const entry of entries) {
        if (scene.trail.entries.has(entry.id)) continue;
        const wrong = scene.trail.add(entry);
        if (wrong !== undefined) scene.fail('chain', `${log} ${entry.sequence}: ${wrong}`);
        const life = scene.trail.lives.get(log);
        if (life) checkFact(scene, life, entry);
        else checkDefinition(scene, entry, key);
      }
    },
    'documents.delete': ({ trail, azure, fail }, [name], result) => {
      const [folder, key = ''] = name.split('/');
      if (folder !== 'open' || result === 'conflict') return;
      if ((trail.open.get(key)?.size ?? 0) > 0) fail('nothing open without a marker', `${key} has work left`);
      const { announcements, entries } = trail.newsOf(key);
      for (const id of announcements)
        if (!azure.announcements.onTopic.has(id))
          fail('every announcement is sent', `${trail.entries.get(id)?.fact.type} of ${key} is not`);
      for (const { id, fact } of entries)
        if (!azure.auditIndex.records.has(id)) fail('every entry is indexed', `${fact.type} of ${key} is not`);
    },
  },
};

function checkFact(scene: Scene, life: Life, { fact }: Entry): void {
  const { fail, memory, azure, lateVms, task } = scene;
  const read = memory.lastRead(life.key, life.version);
  const name = `${fact.type} of ${life.version}`;
  if ('plan' in fact) {
    const missing = (read?.targetRegions ?? []).filter((region) => fact.plan.regions[region.name] === undefined);
    if (missing.length > 0) fail('complete profile', `${name} leaves out ${missing.map((region) => region.name)}`);
  }
  switch (fact.type) {
    case 'published':
    case 'regionsPublished': {
      const offered = read && !isUnsettled(read) ? offeredRegions(read) : [];
      const unseen = fact.regions.filter((region) => !offered.includes(region));
      if (unseen.length > 0) fail('read back before it is believed', `${name}: not seen in ${unseen}`);
      if (!life.everGood) fail('never default to success', `${name}, which never passed`);
      return;
    }
    case 'held':
    case 'quarantined':
      if (!read || !isHidden(read)) fail('read back before it is believed', `${name}: not seen hidden`);
      return;
    case 'launchIntended':
      if (
        life.mode === 'enforce' &&
        !life.byHand &&
        !life.held &&
        /^version: 1\nmode: enforce\n/.test(memory.policy ?? '')
      )
        fail('held before it is tested', name);
      return;
    case 'galleryWriteAccepted':
      if (!memory.hasWritten(life.key, life.version)) fail('outcome after its effect', name);
      return;
    case 'verdictReached':
      checkVerdict(scene, life, fact.verdict);
      return;
    case 'smokeTestFinished': {
      const run = life.runs.get(fact.attempt);
      if (run?.vmName !== undefined && run.evidence.length === 0 && fact.verdict !== 'inconclusive')
        fail('evidence first', `${name} ${fact.verdict} without evidence`);
      return;
    }
    case 'vmGone':
      if (!azure.smokeTestVms.vms.has(fact.vmName)) return;
      // One that was made again, by or beside who had lost its session in the middle of the launch, goes when it expires.
      if (task.isZombie) lateVms.set(fact.vmName, { isRemade: true });
      else if (!lateVms.get(fact.vmName)?.isRemade) fail('nothing left behind', `${fact.vmName} is said to be gone`);
      return;
  }
}

/** The guest's true behaviour says which verdicts would be wrong; one that counts has a run of its own, judged so. */
function checkVerdict({ fail }: Scene, life: Life, verdict: string): void {
  const { birth, runs, version } = life;
  if (birth && wrongVerdicts(birth.kind, life.asks).includes(verdict))
    fail('verdict', `${version} is ${birth.kind} and ${verdict}`);
  const judged = [...runs.values()].some(({ finished, vmName }) => finished === verdict && vmName !== undefined);
  if (verdict !== 'inconclusive' && !judged) fail('never default to success', `${version} is ${verdict} without a run`);
}

function checkDefinition({ trail, fail }: Scene, { fact }: Entry, key: string): void {
  if (fact.type === 'incarnationOpened' && !trail.lives.has(`incarnations/${key}/${fact.incarnation}`))
    fail('version log first', `${fact.version} is opened, and has no log`);
  if (fact.type !== 'incarnationClosed') return;
  const life = trail.lives.get(`incarnations/${key}/${fact.incarnation}`);
  const left = [...(life?.runs.values() ?? [])].filter(({ vmName, gone }) => vmName !== undefined && !gone);
  if (!life || left.length > 0 || !(life.over || life.deleted))
    fail('nothing left behind', `${fact.version} is closed with work left`);
}
