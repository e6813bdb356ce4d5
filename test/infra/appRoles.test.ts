import { expect, test } from 'vitest';
import appRoles from '../../infra/appRoles.json' with { type: 'json' };
import { roles } from '../../shared/api/access.ts';

test('the app registration is given the roles that the API asks for, each under an id of its own', () => {
  expect(appRoles.map(({ value }) => value)).toEqual([...roles]);
  expect(new Set(appRoles.map(({ id }) => id)).size).toBe(roles.length);
});
