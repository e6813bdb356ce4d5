import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUpHostProcesses, type HostProcess, startHostProcess } from '../hostProcess.ts';

let host: HostProcess;
beforeAll(async () => {
  host = await startHostProcess('eventsApp.mjs');
});
afterAll(cleanUpHostProcesses);

const webhook = (query = 'functionName=events&code=event-grid-key') =>
  `${host.url}/runtime/webhooks/eventgrid?${query}`;

function event(id: string, data: object = { value: 1 }) {
  return {
    id,
    topic: '/t',
    subject: '/s',
    eventType: 'Demo',
    eventTime: '2026-11-22T10:00:00Z',
    data,
    dataVersion: '1',
  };
}

function post(body: unknown, headers: Record<string, string> = { 'aeg-event-type': 'Notification' }, url = webhook()) {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers });
}

async function received(id: string): Promise<unknown> {
  const line = await host.logged(new RegExp(`received .*"id":"${id}"`));
  return JSON.parse(line.slice(line.indexOf('{')));
}

test('a notification is 202, and the function gets event and data as they were sent', async () => {
  const response = await post([event('n1', { Value: 1, nested: { Deep: true } })]);

  expect(response.status).toBe(202);
  expect(await received('n1')).toEqual({
    event: event('n1', { Value: 1, nested: { Deep: true } }),
    metadata: { data: { value: 1, nested: { deep: true } } },
  });
});

test('each event of a batch is an invocation of its own, and one that fails makes the delivery 500', async () => {
  const response = await post([event('b1'), event('b2', { fail: true }), event('b3')]);

  expect(response.status).toBe(500);
  expect(await response.text()).toContain('refused on purpose');
  expect(await received('b1')).toBeDefined();
  expect(await received('b3')).toBeDefined();
});

test('a subscription validation is answered by the host, not by the function', async () => {
  const validation = event('v1', { validationCode: '512d38b6', validationUrl: 'https://example.org' });

  const response = await post([validation], { 'aeg-event-type': 'SubscriptionValidation' });

  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ validationResponse: '512d38b6' });
  expect(host.log()).not.toContain('"id":"v1"');
});

test('the CloudEvents handshake is granted to the origin that asks', async () => {
  const response = await fetch(webhook(), {
    method: 'OPTIONS',
    headers: { 'WebHook-Request-Origin': 'eventgrid.azure.net', 'WebHook-Request-Rate': '120' },
  });

  expect(response.status).toBe(200);
  expect(response.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
  expect(response.headers.get('webhook-allowed-rate')).toBe('120');
});

test('a structured CloudEvent reaches the function', async () => {
  const cloudEvent = { specversion: '1.0', id: 'c1', type: 'Demo', source: '/s', data: { value: 2 } };

  const response = await post(cloudEvent, { 'content-type': 'application/cloudevents+json' });

  expect(response.status).toBe(202);
  expect(await received('c1')).toMatchObject({ event: cloudEvent });
});

test('a batch of CloudEvents reaches the function one by one', async () => {
  const batch = ['d1', 'd2'].map((id) => ({ specversion: '1.0', id, type: 'Demo', source: '/s' }));

  const response = await post(batch, { 'content-type': 'application/cloudevents-batch+json' });

  expect(response.status).toBe(202);
  expect(await received('d1')).toMatchObject({ event: batch[0] });
  expect(await received('d2')).toMatchObject({ event: batch[1] });
});

test('a CloudEvent in binary mode is put together from headers and body', async () => {
  const response = await post(
    { value: 3 },
    {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'e1',
      'ce-type': 'Demo',
      'ce-source': '/s%20t',
    },
  );

  expect(response.status).toBe(202);
  expect(await received('e1')).toMatchObject({
    event: { specversion: '1.0', id: 'e1', source: '/s t', datacontenttype: 'application/json', data: { value: 3 } },
  });
});

test.each([
  ['without the system key', 'functionName=events', { 'aeg-event-type': 'Notification' }, 401],
  ['with a wrong key', 'functionName=events&code=nonsense', { 'aeg-event-type': 'Notification' }, 401],
  ['for an unknown function', 'functionName=nobody&code=event-grid-key', { 'aeg-event-type': 'Notification' }, 404],
  ['without an event type', 'functionName=events&code=event-grid-key', {}, 400],
  ['of an ended subscription', 'functionName=events&code=event-grid-key', { 'aeg-event-type': 'Unsubscribe' }, 202],
])('a request %s is answered accordingly', async (_case, query, headers, status) => {
  const response = await post([event('x')], headers as Record<string, string>, webhook(query));

  expect(response.status).toBe(status);
  expect(host.log()).not.toContain('"id":"x"');
});

test('a body that is not JSON is 400', async () => {
  const response = await fetch(webhook(), {
    method: 'POST',
    body: '{',
    headers: { 'aeg-event-type': 'Notification' },
  });

  expect(response.status).toBe(400);
});
