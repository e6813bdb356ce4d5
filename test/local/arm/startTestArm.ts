import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ComputeManagementClient } from '@azure/arm-compute';
import { Hono } from 'hono';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Settings } from '../../../local/arm/options.ts';
import { startArm } from '../../../local/arm/startArm.ts';
import { ensureCertificates } from '../../../local/certificates.ts';
import { serveHttp } from '../../../local/serveHttp.ts';
import { ManualClock } from '../manualClock.ts';
import { createFakeMachine, type FakeImage, fakeImages } from './fakeMachine.ts';

export const subscriptionId = '00000000-0000-0000-0000-000000000001';
export const tenantId = '00000000-0000-0000-0000-00000000000a';
export const audience = 'https://management.azure.com/';

export interface TestEvent {
  id: string;
  subject: string;
  eventType: string;
  data: {
    operationName: string;
    httpRequest?: { method: string };
    claims: Record<string, string>;
    correlationId: string;
  };
}

export interface TestReply {
  status: number;
  headers: Headers;
  // The tests look into bodies of many shapes.
  // biome-ignore lint/suspicious/noExplicitAny: what a body holds is what the test asserts
  body: any;
}

export type TestArm = Awaited<ReturnType<typeof startTestArm>>;

/** Local ARM on a clock driven by hand, with a topic that records events. Paths begin below the subscription. */
export async function startTestArm(settings: Partial<Settings> = {}, owners?: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'arm-'));
  const images: Record<string, FakeImage> = { ...fakeImages };
  const addImage = (name: string, image: FakeImage) => {
    images[name] = image;
    return writeFile(join(folder, `${name}.yaml`), '');
  };
  for (const [name, image] of Object.entries(fakeImages)) await addImage(name, image);
  const tls = await ensureCertificates(folder);
  setDefaultCACertificates([...getCACertificates('default'), await readFile(tls.caFile, 'utf8')]);
  const clock = new ManualClock(Date.UTC(2026, 10, 23));
  const keys = await generateKeyPair('ES256');
  const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'test', alg: 'ES256' }] };
  const topic = await startTopic();
  const start = () =>
    startArm({
      port: 0,
      tls,
      dataDir: folder,
      subscriptionId,
      tenantId,
      location: 'westeurope',
      eventTopicUrl: topic.url,
      jwks,
      audiences: [audience],
      ...(owners && { owners }),
      imagesDir: folder,
      clock,
      async readGuestImage(_folder, name) {
        const image = images[name];
        if (!image) throw new Error(`no guest image ${name}`);
        return image;
      },
      createMachine: createFakeMachine,
      settings: { retryAfterSeconds: 0, tokenBuckets: false, ...settings },
    });
  let arm = await start();

  const token = (claims: Record<string, unknown> = {}, lifetimeMs = 3_600_000_000, receiver = audience) =>
    new SignJWT({ oid: 'object-1', appid: 'app-1', tid: tenantId, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .setAudience(receiver)
      .setExpirationTime(new Date(clock.now() + lifetimeMs))
      .sign(keys.privateKey);
  const bearer = await token();

  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestReply> => {
    const response = await fetch(`${arm.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  };
  const call = (method: string, path: string, body?: unknown, apiVersion = '2025-03-03') => {
    const separator = path.includes('?') ? '&' : '?';
    return send(method, `/subscriptions/${subscriptionId}${path}${separator}api-version=${apiVersion}`, body);
  };

  return {
    clock,
    events: topic.events,
    topic,
    token,
    send,
    call,
    get url() {
      return arm.url;
    },
    addImage,
    addFault: (fault: object) => send('POST', '/local/faults', fault),
    /** Moves the clock until the promise is settled: for clients that poll. */
    async drive<T>(promise: Promise<T>, stepMs = 5_000): Promise<T> {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      while (!settled) {
        await clock.advance(stepMs);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return promise;
    },
    /** Moves the clock until so many events have arrived. */
    async eventsArrived(count: number): Promise<TestEvent[]> {
      for (let turn = 0; turn < 2_000 && topic.events.length < count; turn++) {
        await clock.advance(0);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return topic.events;
    },
    client: () =>
      new ComputeManagementClient(
        { getToken: async () => ({ token: bearer, expiresOnTimestamp: Date.now() + 3_600_000 }) },
        subscriptionId,
        { endpoint: arm.url },
      ),
    /** Ends the process, as far as local ARM can tell, and starts another on the same folder. */
    async restart() {
      await arm.stop();
      arm = await start();
    },
    async stop() {
      await arm.stop();
      await topic.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startTopic() {
  const events: TestEvent[] = [];
  const state = { failing: false };
  const app = new Hono().post('/api/events', async (c) => {
    if (state.failing) return c.text('unavailable', 503);
    events.push(...(await c.req.json()));
    return c.body(null, 200);
  });
  const server = await serveHttp(app, { port: 0 });
  return { events, state, url: `${server.url}/api/events`, stop: () => server.stop() };
}

export const group = '/resourceGroups/images';
export const gallery = `${group}/providers/Microsoft.Compute/galleries/corp`;
export const definition = `${gallery}/images/ubuntu`;
export const version = (name: string) => `${definition}/versions/${name}`;
export const imageId = (name: string) =>
  `/subscriptions/${subscriptionId}${group}/providers/Microsoft.Compute/images/${name}`;

export const versionBody = (image = 'healthy', publishingProfile: object = {}, rest: object = {}) => ({
  location: 'westeurope',
  properties: {
    publishingProfile: { targetRegions: [{ name: 'West Europe' }, { name: 'North Europe' }], ...publishingProfile },
    storageProfile: { source: { id: imageId(image) } },
    ...rest,
  },
});

/** Resource group, gallery and definition. */
export async function makeDefinition({ call, clock }: TestArm, properties: object = {}): Promise<void> {
  await call('PUT', group, { location: 'westeurope' });
  await call('PUT', gallery, { location: 'westeurope', properties: {} });
  const identifier = { publisher: 'corp', offer: 'linux', sku: 'ubuntu' };
  await call('PUT', definition, {
    location: 'westeurope',
    properties: { osType: 'Linux', osState: 'Generalized', identifier, ...properties },
  });
  await clock.advance(60_000);
}

/** A version, replicated. */
export async function makeVersion(arm: TestArm, name: string, body: object = versionBody()): Promise<void> {
  await arm.call('PUT', version(name), body);
  await arm.clock.advance(600_000);
}

export const vm = (name: string) => `${group}/providers/Microsoft.Compute/virtualMachines/${name}`;

export const vmBody = (imageReference: string, properties: object = {}, deleteOption = 'Delete') => ({
  location: 'westeurope',
  properties: {
    hardwareProfile: { vmSize: 'Standard_D2s_v5' },
    storageProfile: {
      imageReference: { id: `/subscriptions/${subscriptionId}${imageReference}` },
      osDisk: { createOption: 'FromImage', deleteOption },
    },
    osProfile: { computerName: 'smoke', adminUsername: 'smoke', adminPassword: 'not shown' },
    networkProfile: {
      networkApiVersion: '2022-11-01',
      networkInterfaceConfigurations: [
        {
          name: 'nic',
          properties: { primary: true, deleteOption, ipConfigurations: [{ name: 'ip', properties: {} }] },
        },
      ],
    },
    diagnosticsProfile: { bootDiagnostics: { enabled: true } },
    ...properties,
  },
});
