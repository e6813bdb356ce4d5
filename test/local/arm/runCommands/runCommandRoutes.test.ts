import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveHttp } from '../../../../local/serveHttp.ts';
import {
  makeDefinition,
  makeVersion,
  startTestArm,
  type TestArm,
  type TestReply,
  version,
  versionBody,
  vm,
  vmBody,
} from '../startTestArm.ts';

describe('run commands', () => {
  let arm: TestArm;
  beforeEach(async () => {
    arm = await startTestArm();
    await makeDefinition(arm);
    await makeVersion(arm, '1.0.0');
    await arm.call('PUT', vm('smoke1'), vmBody(version('1.0.0')));
    await arm.clock.advance(60_000);
  });
  afterEach(() => arm.stop());

  const command = (name: string) => `${vm('smoke1')}/runCommands/${name}`;
  const run = (name: string, script: string, properties: object = {}) =>
    arm.call('PUT', command(name), { location: 'westeurope', properties: { source: { script }, ...properties } });
  const get = async (name: string) => (await arm.call('GET', `${command(name)}?$expand=instanceView`)).body.properties;
  const status = async ({ headers }: TestReply) =>
    (await arm.send('GET', (headers.get('azure-asyncoperation') ?? '').slice(arm.url.length))).body;
  const refusal = ({ status: code, body }: TestReply) => [code, body.error.code];

  it('are Creating while the script runs; the script result stands in the instance view alone', async () => {
    const put = await run('check', 'sleep 30\necho $word\nexit 4', {
      parameters: [{ name: 'word', value: 'hello' }],
      protectedParameters: [{ name: 'secret', value: 'x' }],
    });
    await arm.clock.advance(0);
    expect([put.status, put.body.properties.provisioningState]).toEqual([201, 'Creating']);
    expect(put.body.properties.protectedParameters).toBeUndefined();
    expect(await get('check')).toMatchObject({
      provisioningState: 'Creating',
      instanceView: { executionState: 'Running' },
    });

    await arm.clock.advance(30_000);

    expect(await get('check')).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: { executionState: 'Failed', exitCode: 4, output: 'hello\n', error: '' },
    });
    expect((await status(put)).status).toBe('Succeeded');
  });

  it('end at the start of the script where they are asynchronous', async () => {
    const put = await run('check', 'sleep 30', { asyncExecution: true });
    await arm.clock.advance(0);
    expect((await status(put)).status).toBe('Succeeded');
    expect(await get('check')).toMatchObject({
      provisioningState: 'Succeeded',
      instanceView: { executionState: 'Running' },
    });

    await arm.clock.advance(30_000);
    expect((await get('check')).instanceView.executionState).toBe('Succeeded');
  });

  it('fail with their script where that is wanted', async () => {
    const put = await run('check', 'exit 1', { treatFailureAsDeploymentFailure: true });
    await arm.clock.advance(0);

    expect((await status(put)).status).toBe('Failed');
    expect((await get('check')).provisioningState).toBe('Failed');
  });

  it('stop a script at its time limit', async () => {
    await run('check', 'sleep 60', { timeoutInSeconds: 10 });
    await arm.clock.advance(10_000);

    expect((await get('check')).instanceView.executionState).toBe('TimedOut');
  });

  it('show the last 4 KB of the output and append all of it to a blob', async () => {
    const requests: string[] = [];
    let stored = '';
    const storage = new Hono().put('/out/log', async (c) => {
      requests.push(c.req.query('comp') ?? c.req.header('x-ms-blob-type') ?? '');
      stored += await c.req.text();
      return c.body(null, 201);
    });
    const server = await serveHttp(storage, { port: 0 });

    await run('check', 'fill 5000', { outputBlobUri: `${server.url}/out/log?sig=x` });
    await arm.clock.advance(0);
    for (let turn = 0; turn < 200 && (await get('check')).provisioningState !== 'Succeeded'; turn++)
      await arm.clock.advance(0);
    await server.stop();

    const { output } = (await get('check')).instanceView;
    expect([output.length, output.endsWith('xend')]).toEqual([4096, true]);
    expect([requests, stored.length]).toEqual([['AppendBlob', 'appendblock'], 5003]);
  });

  it('wait for an agent that is not ready, and give up after ninety minutes', async () => {
    await arm.call('POST', `${vm('smoke1')}/restart`);
    await arm.clock.advance(10_000);
    await run('check', 'echo up');
    await arm.clock.advance(5_000);
    expect((await get('check')).instanceView.executionState).toBe('Pending');
    await arm.clock.advance(20_000);
    expect((await get('check')).instanceView.executionState).toBe('Succeeded');

    await makeVersion(arm, '2.0.0', versionBody('never-ready'));
    await arm.call('PUT', vm('silent'), vmBody(version('2.0.0')));
    const path = `${vm('silent')}/runCommands/check`;
    const put = await arm.call('PUT', path, { location: 'westeurope', properties: { source: { script: 'echo up' } } });
    await arm.clock.advance(90 * 60_000);
    expect((await status(put)).error.code).toBe('VMAgentStatusCommunicationError');
  });

  it('run side by side, and a deletion stops its script', async () => {
    await run('slow', 'sleep 600');
    await run('quick', 'echo done');
    await arm.clock.advance(0);
    expect((await get('quick')).instanceView.output).toBe('done\n');

    expect((await arm.call('DELETE', command('slow'))).status).toBe(202);
    await arm.clock.advance(10_000);
    const { body } = await arm.call('GET', `${vm('smoke1')}/runCommands`);
    expect(body.value.map(({ name }: { name: string }) => name)).toEqual(['quick']);
  });

  it('run again where they are changed, not where they are sent unchanged', async () => {
    await run('check', 'echo one');
    await arm.clock.advance(0);
    expect((await run('check', 'echo one')).body.properties.provisioningState).toBe('Succeeded');
    const patched = await arm.call('PATCH', command('check'), { properties: { source: { script: 'echo two' } } });
    expect([patched.status, patched.body.properties.provisioningState]).toEqual([200, 'Updating']);
    await arm.clock.advance(0);

    expect((await get('check')).instanceView.output).toBe('two\n');
  });

  it('need one source, a machine that is there, and one that runs', async () => {
    expect(refusal(await arm.call('PUT', command('check'), { location: 'westeurope', properties: {} }))).toEqual([
      400,
      'InvalidParameter',
    ]);
    const nowhere = `${vm('none')}/runCommands/check`;
    expect(refusal(await arm.call('PUT', nowhere, { location: 'westeurope', properties: {} }))).toEqual([
      404,
      'ParentResourceNotFound',
    ]);
    await arm.call('POST', `${vm('smoke1')}/powerOff`);
    await arm.clock.advance(10_000);
    expect(refusal(await run('check', 'echo x'))).toEqual([409, 'OperationNotAllowed']);
  });

  describe('as an action', () => {
    const act = (script: string[], parameters: object[] = []) =>
      arm.call('POST', `${vm('smoke1')}/runCommand`, { commandId: 'RunShellScript', script, parameters });

    it('answer with a location that gives the result once it is there', async () => {
      const { status: code, headers } = await act(['sleep 20', 'echo $word'], [{ name: 'word', value: 'hello' }]);
      const location = (headers.get('location') ?? '').slice(arm.url.length);
      expect([code, (await arm.send('GET', location)).status]).toEqual([202, 202]);
      await arm.clock.advance(20_000);

      const { body } = await arm.send('GET', location);
      expect(body.value).toEqual([
        {
          code: 'ProvisioningState/succeeded',
          level: 'Info',
          displayStatus: 'Provisioning succeeded',
          message: 'Enable succeeded: \n[stdout]\nhello\n\n[stderr]\n',
        },
      ]);
    });

    it('run one at a time', async () => {
      await act(['sleep 20']);
      expect(refusal(await act(['echo x']))).toEqual([409, 'Conflict']);
      await arm.clock.advance(20_000);
      expect((await act(['echo x'])).status).toBe(202);
    });

    it('know two commands', async () => {
      const { body } = await arm.call('POST', `${vm('smoke1')}/runCommand`, { commandId: 'MakeCoffee' });
      expect(body.error.code).toBe('InvalidParameter');
    });
  });
});
