import type { DefinitionFact } from '../domain/facts.ts';
import { describeMate, type GroupLook } from '../domain/groups.ts';
import { isPublished } from '../domain/releaseState.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { forConsumers } from './forConsumers.ts';
import { append, incarnationOf, type Run, stateOf, unlessUnreadable } from './run.ts';

/**
 * Finds what is published, or begins to be, although another member of its group has failed: an entry in its log, then
 * work for it again. The version's log first, so that a crash in between is found again.
 */
export async function followGroup(run: Run, group: GroupLook | undefined): Promise<void> {
  if (!group || run.revision.policy.mode !== 'enforce') return;
  const { versions, open } = foldDefinitionLog(run.log);
  const opened: DefinitionFact[] = [];
  for (const [version, mates] of Object.entries(group.mates)) {
    const known = versions[version];
    const failed = mates.filter(({ stands }) => stands === 'failed');
    if (failed.length === 0 || known?.kind !== 'examined' || run.setAside.has(known.incarnation)) continue;
    const { incarnation, identity } = known;
    await unlessUnreadable(run, incarnation, version, async () => {
      const log = await incarnationOf(run, incarnation);
      const state = stateOf(log);
      const { memberFailed, write, deleted } = state;
      const isShown = isPublished(state) || write?.purpose === 'publish';
      const isBegun = isShown && !deleted;
      if (isBegun && !memberFailed) {
        const reason = `${failed.map(describeMate).join(', ')}, and the group ${group.name} is published all or none`;
        const images = failed.map(({ image }) => image);
        const fact = { type: 'memberFailed' as const, group: group.name, images, reason };
        await append(run, log, await forConsumers(run, log, version, [fact]));
      }
      if (isBegun && !open[incarnation]) opened.push({ type: 'incarnationOpened', version, incarnation, identity });
    });
  }
  await append(run, run.log, opened);
}
