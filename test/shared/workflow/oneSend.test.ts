import { expect, it } from 'vitest';
import { putTeam } from '../../../shared/workflow/changeTeam.ts';
import { ubuntu, World } from '../../fakes/world.ts';

async function sendsOfOnePublication(teams: number): Promise<{ sends: number; announced: string[] }> {
  const world = new World();
  const principals = [{ objectId: '00000000-0000-0000-0000-00000000000a', type: 'User' as const }];
  for (let team = 1; team <= teams; team += 1) {
    const by = { actor: 'operator-1', requestId: `r${team}` };
    const put = await putTeam(world.ports, `team-${team}`, { filter: {}, principals }, by);
    expect(put.kind).toBe('changed');
  }
  const before = world.announcements.sends;
  world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
  await world.run();
  return { sends: world.announcements.sends - before, announced: world.announced('').slice(before) };
}

it('one announcement is one send, however many teams there are', async () => {
  const alone = await sendsOfOnePublication(0);
  const withTeams = await sendsOfOnePublication(30);

  expect(withTeams).toEqual(alone);
  expect(alone.sends).toBe(alone.announced.length);
  expect(alone.announced).toContain('1.0.0 published');
});
