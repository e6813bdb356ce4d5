import { beforeEach, describe, expect, it } from 'vitest';
import { definitionResourceId } from '../../../shared/domain/ids.ts';
import { putTeam } from '../../../shared/workflow/changeTeam.ts';
import { enforce, ubuntu, World } from '../../fakes/world.ts';
import { apiOf, signedIn, somebody, tokenFor } from './signedIn.ts';

const member = await signedIn('Imprimatur.Team');
const operator = await signedIn('Imprimatur.Operator');
const id = `${definitionResourceId(ubuntu)}/versions/1.0.0`;
const gated = `${enforce}release: { gates: { teams: [web], answerHours: 24 } }\n`;
const approve = { id, answer: 'approve', reason: 'our tests pass' };
const other = '00000000-0000-0000-0000-00000000000b';

describe('the answer of a team', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    world.policyFile.text = gated;
    const by = { actor: somebody, requestId: 'r' };
    await putTeam(world.ports, 'web', { filter: {}, principals: [{ objectId: somebody, type: 'User' }] }, by);
    await putTeam(world.ports, 'data', { filter: {}, principals: [{ objectId: somebody, type: 'User' }] }, by);
    await putTeam(world.ports, 'others', { filter: {}, principals: [{ objectId: other, type: 'User' }] }, by);
    world.galleries.create(ubuntu, '1.0.0', { sourceId: 'healthy', excludeFromLatest: true });
    await world.run({ forMs: 3_600_000 });
  });
  const call = async (method: string, path: string, body?: unknown, who = member) => {
    const headers = { ...who, 'content-type': 'application/json' };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await apiOf(world.ports).request(`/api${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const outcomeOf = async ({ body }: { body: Record<string, unknown> }, who = member) =>
    (await call('GET', String(body.location).slice('/api'.length), undefined, who)).body;

  it('lets the candidate be published, and stands in the audit trail with its evidence', async () => {
    expect(world.latest()).toEqual({});
    const content = '<testsuite><testcase name="login"/></testsuite>';
    const made = await call('POST', '/teams/web/answers', {
      ...approve,
      link: 'https://ci.example/1',
      report: { format: 'junit', content },
    });
    await world.run({ forMs: 3_600_000 });

    expect(made.status).toBe(202);
    expect(await outcomeOf(made)).toEqual({
      outcome: 'accepted',
      reason: 'approve noted',
      effect: { state: 'done', reason: 'published in westeurope' },
    });
    expect(world.latest()).toEqual({ westeurope: '1.0.0' });
    const answered = world.entriesOf('1.0.0').find(({ fact }) => fact.type === 'answered')?.fact;
    expect(answered).toMatchObject({
      team: 'web',
      by: somebody,
      evidence: { link: 'https://ci.example/1', report: { says: 'JUnit: 1 passed, 0 failed, 0 skipped' } },
    });
    const path = answered?.type === 'answered' ? answered.evidence?.report?.path : undefined;
    expect(await world.evidence.read(path ?? '')).toBe(content);
  });

  it('keeps it out by a veto', async () => {
    await call('POST', '/teams/web/answers', { ...approve, answer: 'veto', reason: 'login breaks' });
    await world.run({ forMs: 2 * 3_600_000 });

    expect(world.latest()).toEqual({});
  });

  it('is no other’s to give: not of a team that is not the caller’s, not of an operator, not of one that is not asked', async () => {
    expect(await call('POST', '/teams/others/answers', approve)).toMatchObject({ status: 403 });
    expect(await call('POST', '/teams/nobody/answers', approve)).toMatchObject({ status: 404 });
    expect(await call('POST', '/teams/web/answers', approve, operator)).toMatchObject({ status: 403 });
    expect(await call('POST', '/teams/data/answers', approve)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('asks team data for no answer') },
    });
    expect(world.allEntries().filter(({ fact }) => fact.type === 'answerRequested')).toEqual([]);
  });

  it('does not approve with a report that says otherwise, or with none that can be read', async () => {
    const failing = '<testsuite><testcase><failure/></testcase></testsuite>';
    const send = (content: string) =>
      call('POST', '/teams/web/answers', { ...approve, report: { format: 'junit', content } });

    expect(await send(failing)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('contradicts') },
    });
    expect(await send('ok')).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('cannot be read') },
    });
    expect(await call('POST', '/teams/web/answers', { ...approve, link: 'http://ci/1' })).toMatchObject({
      status: 400,
    });
  });

  it('is seen by who gave it and by operators, and by no other team', async () => {
    const made = await call('POST', '/teams/web/answers', approve);
    const token = await tokenFor(['Imprimatur.Team'], { claims: { oid: other } });
    const stranger = { authorization: `Bearer ${token}` };

    expect(await outcomeOf(made)).toMatchObject({ outcome: 'open' });
    expect(await outcomeOf(made, operator)).toMatchObject({ outcome: 'open' });
    expect(await outcomeOf(made, stranger)).toMatchObject({ status: 404 });
  });
});
