import { afterEach, beforeEach, expect, test } from 'vitest';
import { gallery, makeDefinition, startTestArm, type TestArm } from './startTestArm.ts';

const path = `${gallery}/providers/Microsoft.Resources/tags/default`;
let arm: TestArm;
beforeEach(async () => {
  arm = await startTestArm();
  await makeDefinition(arm);
});
afterEach(() => arm.stop());

const patch = async (operation: string, tags: Record<string, string>) => {
  const { status, body } = await arm.call('PATCH', path, { operation, properties: { tags } });
  return [status, body.properties?.tags];
};

test('tags of a resource are merged, deleted by name and value, and replaced, whatever the case of their names', async () => {
  expect(await patch('Merge', { team: 'images', env: 'prod' })).toEqual([200, { team: 'images', env: 'prod' }]);
  expect(await patch('Merge', { TEAM: 'web' })).toEqual([200, { TEAM: 'web', env: 'prod' }]);
  expect(await patch('Delete', { team: 'images', Env: 'prod' })).toEqual([200, { TEAM: 'web' }]);
  expect(await patch('Replace', { a: 'b' })).toEqual([200, { a: 'b' }]);
  expect((await arm.call('GET', path)).body).toMatchObject({ name: 'default', properties: { tags: { a: 'b' } } });
  expect((await arm.call('GET', gallery)).body.tags).toEqual({ a: 'b' });
});

test('of what is not there they are not found', async () => {
  const missing = path.replace('/corp/', '/missing/');
  expect((await arm.call('PATCH', missing, { operation: 'Merge', properties: { tags: { a: 'b' } } })).status).toBe(404);
});
