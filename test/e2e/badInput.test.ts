import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { countLeftovers } from '../../local/demo/report.ts';
import { apiClient } from '../../local/stack/apiClient.ts';
import { computeClient } from '../../local/stack/deploy.ts';
import { serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import { localCredential } from '../../local/stack/localCredential.ts';
import {
  apiAudience,
  gallery,
  galleryId,
  hostKeys,
  principals,
  resourceGroup,
  smokeTestGroup,
  subscriptionId,
} from '../../local/stack/names.ts';
import { publishVersion } from '../../local/stack/publishVersion.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { addFault, clearFaults } from './faults.ts';
import { startTestStack } from './testStack.ts';

const patient = { timeout: 60_000, interval: 250 };
const runCommands = 'Microsoft.Compute/virtualMachines/runCommands';
const factsOf = z.object({ entries: z.array(z.object({ fact: z.looseObject({ type: z.string() }) })) });

describe('bad input', () => {
  let stack: Stack;
  const lines: string[] = [];
  beforeAll(async () => {
    stack = await startTestStack('badInput', { log: (_part, line) => lines.push(line) });
  }, 180_000);
  afterEach(() => clearFaults(stack));
  afterAll(() => stack.stop());

  const idOf = (image: string, version: string) => `${galleryId}/images/${image}/versions/${version}`;

  async function versionOf(id: string) {
    return (await apiClient(stack.endpoints).versions()).find((version) => version.id === id);
  }

  async function outcomeIs(id: string, outcome: string) {
    await vi.waitFor(async () => expect((await versionOf(id))?.outcome).toBe(outcome), patient);
  }

  async function logged(...parts: (string | RegExp)[]) {
    const fits = (line: string) =>
      parts.every((part) => (typeof part === 'string' ? line.includes(part) : part.test(line)));
    await vi.waitFor(() => expect(lines.some(fits), `no line with ${parts.join(' and ')}`).toBe(true), patient);
  }

  async function post(body: string) {
    const url = `${stack.endpoints.functions}/runtime/webhooks/eventgrid?functionName=imageEvents&code=${hostKeys.eventGrid}`;
    const headers = { 'content-type': 'application/json', 'aeg-event-type': 'Notification' };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  }

  const event = (id: string, subject: string) => ({
    id,
    subject,
    topic: `/subscriptions/${subscriptionId}`,
    eventType: 'Microsoft.Resources.ResourceWriteSuccess',
    eventTime: '2026-11-22T07:00:00Z',
    data: { operationName: 'Microsoft.Compute/galleries/images/versions/write', padding: 'x'.repeat(100) },
    dataVersion: '2',
    metadataVersion: '1',
  });

  it('deleted while it is tested, a version is given up and leaves nothing behind', async () => {
    const id = idOf('debian-12', '2.0.0');
    await publishVersion(stack.endpoints, 'debian-12', '2.0.0', 'healthy');
    await vi.waitFor(
      async () => expect((await versionOf(id))?.entries.map(({ type }) => type)).toContain('launchAccepted'),
      patient,
    );

    await computeClient(stack.endpoints)
      .galleryImageVersions.delete(resourceGroup, gallery, 'debian-12', '2.0.0')
      .submitted();

    await outcomeIs(id, 'deleted');
    await vi.waitFor(async () => {
      expect(await countLeftovers(stack.endpoints)).toEqual({ virtualMachines: 0, networkInterfaces: 0, disks: 0 });
    }, patient);
  }, 90_000);

  it('under the name of its run command, a foreign result proves nothing, and the test is done again', async () => {
    const id = idOf('debian-12', '2.0.1');
    // The service alone is refused, and until it has read the foreign result: what it writes would replace that.
    const match = { type: runCommands, method: 'PUT', caller: principals.service.clientId };
    await addFault(stack, match, { kind: 'error', status: 409, code: 'Conflict' });
    await publishVersion(stack.endpoints, 'debian-12', '2.0.1', 'healthy');
    const { vmName, region, runCommand } = await vi.waitFor(() => checksOf(id), patient);

    await computeClient(stack.endpoints)
      .virtualMachineRunCommands.createOrUpdate(smokeTestGroup, vmName, runCommand, {
        location: region,
        source: { script: 'echo all is well' },
      })
      .submitted();
    const verdicts = async () => (await versionOf(id))?.tests.map(({ verdict }) => verdict);
    await vi.waitFor(async () => expect(await verdicts()).toEqual(['inconclusive']), patient);
    await clearFaults(stack);

    await outcomeIs(id, 'published');
    const version = await versionOf(id);
    expect(version?.tests.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'passed']);
    expect(version?.entries.map(({ summary }) => summary)).toContainEqual(expect.stringContaining('mark of this run'));
  }, 90_000);

  it('in events, messages and the policy is reported, and a version that comes meanwhile is published', async () => {
    const blobs = new BlobServiceClient(stack.endpoints.blob, localCredential(stack.endpoints, 'service'));
    const policy = 'version: 1\nmode: enforced\nsmokeTest: {vmSizes: []}\n';
    await blobs.getContainerClient('config').getBlockBlobClient('policy.yaml').upload(policy, policy.length);
    const storage = `/subscriptions/${subscriptionId}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/x`;
    const hundred = Array.from({ length: 100 }, (_, index) => event(`storage-${index}`, storage));

    expect(await post(JSON.stringify(hundred))).toBe(202);
    expect(await post(JSON.stringify([event('malformed', 'no/resource/id')]))).toBe(202);
    expect(await post('[{"cloudEventsVersion":"0.1","eventID":"old"}]')).toBe(202);
    expect(await post('[{')).toBe(400);
    const client = new ServiceBusClient(serviceBusConnectionString(stack.endpoints));
    const send = (queue: string, ...messages: ServiceBusMessage[]) => client.createSender(queue).sendMessages(messages);
    await expect(send('publications', { body: 'without a session' })).rejects.toThrow('SessionId');
    await send('publications', { body: 'garbage', sessionId: 'a' }, { body: { schema: 99 }, sessionId: 'b' });
    const noText = { bodyType: 'value', body: { a: 1 }, properties: { groupId: 'c', messageId: 'no-text' } } as const;
    await client.createSender('publications').sendMessages(noText);
    await send('audit-index', { body: 'garbage' }, { body: null });
    await client.close();
    await publishVersion(stack.endpoints, 'ubuntu-2404', '2.0.0', 'healthy');

    await logged('storage-99 is ignored', storage);
    await logged('malformed', 'no/resource/id', 'dropped');
    await logged('a message of the queue is not a wake-up and is dropped');
    await logged('a message of the queue audit-index is not an index record and is dropped');
    await logged('no-text', 'cannot be bound');
    await logged('the policy file has mistakes');
    await outcomeIs(idOf('ubuntu-2404', '2.0.0'), 'published');
  }, 90_000);

  /** Where the checks of a version are about to run, and under which name. */
  async function checksOf(id: string) {
    const token = await localCredential(stack.endpoints, 'auditor').getToken(`${apiAudience}/.default`);
    const response = await fetch(`${stack.endpoints.functions}/api/entries?id=${id}`, {
      headers: { authorization: `Bearer ${token?.token}` },
    });
    const facts = factsOf.parse(await response.json()).entries.map(({ fact }) => fact);
    const launch = facts.find(({ type }) => type === 'launchIntended');
    const checks = facts.find(({ type }) => type === 'checksIntended');
    const text = z.string();
    return {
      vmName: text.parse(launch?.vmName),
      region: text.parse(launch?.region),
      runCommand: text.parse(checks?.runCommand),
    };
  }
});
