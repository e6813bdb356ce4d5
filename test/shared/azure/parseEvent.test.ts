import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseEvent } from '../../../shared/azure/parseEvent.ts';

function vector(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`../../vectors/events/${name}.json`, import.meta.url), 'utf8'));
}

const storageAccount = '/providers/Microsoft.Storage/storageAccounts/{storage-name}';

test('reads a write event of the Event Grid schema', async () => {
  expect(await parseEvent(vector('event-grid__resource_write_success'))).toEqual({
    kind: 'event',
    id: '4db48cba-50a2-455a-93b4-de41a3b5b7f6',
    type: 'Microsoft.Resources.ResourceWriteSuccess',
    subject: `/subscriptions/{subscription-id}/resourcegroups/{resource-group}${storageAccount}`,
    time: '2018-07-19T18:38:04.611Z',
    operationName: 'Microsoft.Storage/storageAccounts/write',
  });
});

test('reads the same event as a CloudEvent', async () => {
  const event = await parseEvent(vector('event-grid__resource_write_success'));

  expect(await parseEvent(vector('cloud-events__resource_write_success'))).toEqual(event);
});

test('reads a delete event', async () => {
  expect(await parseEvent(vector('event-grid__resource_delete_success'))).toMatchObject({
    kind: 'event',
    type: 'Microsoft.Resources.ResourceDeleteSuccess',
    time: '2018-07-19T19:24:12.763Z',
  });
});

test('keeps object id and app id of the caller and drops names, addresses and tokens', async () => {
  const event = vector('event-grid__resource_write_success');
  const objectId = '0f0f0f0f-0000-4000-8000-000000000001';
  const appId = '0f0f0f0f-0000-4000-8000-000000000002';
  event.data = {
    claims: {
      'http://schemas.microsoft.com/identity/claims/objectidentifier': objectId,
      appid: appId,
      name: 'Someone Somewhere',
      ipaddr: '192.0.2.7',
    },
    httpRequest: { clientIpAddress: '192.0.2.7' },
  };

  const parsed = await parseEvent(event);

  expect(parsed).toMatchObject({ caller: { objectId, appId } });
  expect(JSON.stringify(parsed)).not.toMatch(/Someone|192\.0\.2\.7/);
});

test('takes claims that arrive as text for no claims', async () => {
  const event = { ...vector('event-grid__resource_write_success'), data: { claims: '{"appid":"x"}' } };

  expect(await parseEvent(event)).not.toHaveProperty('caller');
});

test.each([
  ['an event of another service', vector('fnext__eventGridEvent')],
  ['a CloudEvent of version 0.1', vector('fnext__cloudEvent')],
  ['a subject that is no resource id', { ...vector('event-grid__resource_write_success'), subject: 'eventhubs/test' }],
  ['no data', { ...vector('event-grid__resource_write_success'), data: undefined }],
  ['a time that is none', { ...vector('cloud-events__resource_write_success'), time: 'yesterday' }],
  ['an array', [vector('event-grid__resource_write_success')]],
  ['text', 'hello'],
  ['null', null],
])('refuses %s with a reason', async (_, input) => {
  expect(await parseEvent(input)).toEqual({ kind: 'invalid', reason: expect.stringMatching(/./) });
});

test('names the event that it refuses', async () => {
  const event = { ...vector('event-grid__resource_write_success'), id: 'e1', subject: 'eventhubs/test' };

  expect(await parseEvent(event)).toMatchObject({ reason: expect.stringMatching(/id e1; subject eventhubs\/test; /) });
});
