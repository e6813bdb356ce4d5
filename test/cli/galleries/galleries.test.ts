import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answer, Ask } from '../../../cli/doctor/resourceManager.ts';
import { examineGallery } from '../../../cli/galleries/examineGallery.ts';
import { giveGalleryUp, takeGallery } from '../../../cli/galleries/tagOfGallery.ts';
import roles from '../../../infra/roles.json' with { type: 'json' };
import { parsePolicy } from '../../../shared/domain/policyFile.ts';
import { gallery, makeDefinition, startTestArm, subscriptionId, type TestArm } from '../../local/arm/startTestArm.ts';
import { runCommand } from '../runCommand.ts';

const id = `/subscriptions/${subscriptionId}${gallery}`;
const instance = 'prod';
const roleId = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/aaaaaaaa-0000-0000-0000-000000000001`;
const topic = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.EventGrid/systemTopics/evgt-prod`;

/** What Azure answers beside what local Azure knows, by a part of the path. */
const inPlace = {
  '/systemTopics?': [
    {
      id: topic,
      tags: { 'imprimatur-instance': instance },
      properties: { source: `/subscriptions/${subscriptionId}` },
    },
  ],
  '/eventSubscriptions?': [{ name: 'imageEvents', properties: { provisioningState: 'Succeeded' } }],
  '/roleDefinitions?': [
    {
      id: roleId,
      properties: {
        roleName: `${roles.imageGallery.name} (prod, ${subscriptionId})`,
        permissions: [{ actions: roles.imageGallery.called }],
      },
    },
  ],
  '/roleAssignments?': [{ properties: { roleDefinitionId: roleId } }],
};

let arm: TestArm;
let answers: Record<string, object[]>;
const ask: Ask = async (method, path, body): Promise<Answer> => {
  const [, value] = Object.entries(answers).find(([part]) => path.includes(part)) ?? [];
  return value ? { status: 200, body: { value } } : arm.send(method, path, body);
};
const tags = async () => (await arm.call('GET', gallery)).body.tags;
const levels = async () =>
  (await examineGallery(ask, id, { instance })).map(({ subject, level }) => `${subject} ${level}`);

beforeEach(async () => {
  answers = inPlace;
  arm = await startTestArm();
  await makeDefinition(arm);
  await arm.call('PATCH', gallery, { tags: { team: 'images' } });
  await arm.clock.advance(60_000);
});
afterEach(() => arm.stop());

describe('imprimatur galleries', () => {
  test('add sets the one tag, once, and remove takes it away; the tags of others stay', async () => {
    await takeGallery(ask, id, instance);
    await takeGallery(ask, id, instance);
    expect(await tags()).toEqual({ team: 'images', 'imprimatur-instance': 'prod' });

    await giveGalleryUp(ask, id, instance);
    expect(await tags()).toEqual({ team: 'images' });
  });

  test('add and remove refuse a gallery of another instance by its name, and leave it', async () => {
    await takeGallery(ask, id, 'green');

    await expect(takeGallery(ask, id, instance)).rejects.toThrow('is owned by the instance green');
    await expect(giveGalleryUp(ask, id, instance)).rejects.toThrow('is owned by the instance green, not prod');
    expect(await tags()).toMatchObject({ 'imprimatur-instance': 'green' });
  });

  test('add says so when somebody else takes the gallery at the same time', async () => {
    const late: Ask = async (method, path, body) => {
      const answer = await ask(method, path, body);
      if (method === 'PATCH') await arm.call('PATCH', gallery, { tags: { 'imprimatur-instance': 'green' } });
      return answer;
    };

    await expect(takeGallery(late, id, instance)).rejects.toThrow('is owned by green when it is read back');
  });

  test('list finds everything in place', async () => {
    await takeGallery(ask, id, instance);
    const parsed = parsePolicy('version: 1\nmode: enforce\n');
    if (parsed.kind !== 'policy') throw new Error('no policy');

    const findings = await examineGallery(ask, id, { instance, policy: parsed.policy });

    expect(findings.map(({ subject, level, message }) => [subject, level, message])).toEqual([
      ['tag', 'ok', 'imprimatur-instance names this instance, prod'],
      ['events', 'ok', `they arrive by ${topic}`],
      ['rights', 'ok', 'the service has the role "Imprimatur image gallery"'],
      ['policy', 'ok', 'ubuntu: enforce'],
    ]);
  });

  test.each([
    ['no tag', {}, 'tag missing'],
    ['no topic', { '/systemTopics?': [] }, 'events missing'],
    ['a topic of nobody', { '/systemTopics?': [{ ...inPlace['/systemTopics?'][0], tags: {} }] }, 'events missing'],
    ['no event subscription', { '/eventSubscriptions?': [] }, 'events missing'],
    [
      'one that failed',
      { '/eventSubscriptions?': [{ name: 'imageEvents', properties: { provisioningState: 'Failed' } }] },
      'events missing',
    ],
    ['no role', { '/roleDefinitions?': [] }, 'rights missing'],
    [
      'a role of before',
      {
        '/roleDefinitions?': [
          {
            id: roleId,
            properties: {
              roleName: `${roles.imageGallery.name} (prod, x)`,
              permissions: [{ actions: ['Microsoft.Compute/galleries/images/*'] }],
            },
          },
        ],
      },
      'rights missing',
    ],
    ['a role that nobody has', { '/roleAssignments?': [] }, 'rights missing'],
  ])('list names what is missing: %s', async (what, changed, expected) => {
    if (what !== 'no tag') await takeGallery(ask, id, instance);
    answers = { ...inPlace, ...changed };

    expect((await levels()).filter((level) => !level.endsWith(' ok'))).toEqual([expected]);
  });

  test('add and list end with 0 and findings as JSON where nothing is missing, and with 1 where something is', async () => {
    const server = createServer(async (request, response) => {
      const { method = 'GET', url = '' } = request;
      let text = '';
      for await (const chunk of request) text += chunk;
      const { status, body } = url.startsWith('/msi/token')
        ? {
            status: 200,
            body: { access_token: 'a.b.c', expires_on: '4102444800', token_type: 'Bearer', resource: 'r' },
          }
        : await ask(method as 'GET' | 'PATCH', url, text === '' ? undefined : JSON.parse(text));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((up) => server.listen(0, '127.0.0.1', up));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    Object.assign(process.env, { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: 'h' });
    const run = (...args: string[]) =>
      runCommand(['galleries', ...args, '--endpoint', url, '--instance', instance, '--galleries', id, '--json']);

    const before = await run('list');
    const added = await run('add', id);
    server.close();
    delete process.env.IDENTITY_ENDPOINT;
    delete process.env.IDENTITY_HEADER;

    expect([before.exitCode, added.exitCode]).toEqual([1, 0]);
    expect(JSON.parse(before.stdout)).toMatchObject([{ id, findings: [{ level: 'missing', subject: 'tag' }, {}, {}] }]);
    expect(JSON.parse(added.stdout)).toMatchObject([
      { id, findings: [{ level: 'ok' }, { level: 'ok' }, { level: 'ok' }] },
    ]);
  });

  test.each([
    [['list', '--galleries', ''], 'no gallery'],
    [['add', 'corp'], 'corp is not the resource id of a gallery'],
  ])('%j is wrong usage', async (args, message) => {
    const { exitCode, stderr } = await runCommand(['galleries', ...args]);

    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});
