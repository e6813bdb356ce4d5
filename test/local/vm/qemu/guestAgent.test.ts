import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { GuestAgent } from '../../../../local/vm/qemu/guestAgent.ts';
import { ManualClock } from '../../manualClock.ts';

const forever = new AbortController().signal;

/** An agent behind a port that the test plays: what was sent, and what comes back. */
function makeAgent() {
  const sent: string[] = [];
  const port = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      sent.push(chunk.toString('latin1'));
      done();
    },
  });
  const clock = new ManualClock();
  return { agent: new GuestAgent(port, clock), clock, sent, port };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const idOf = (request = '') => /"id":(\d+)/.exec(request)?.[1];

test('drops what an earlier request left behind, up to the answer to its own greeting', async () => {
  const { agent, sent, port } = makeAgent();
  const greeting = agent.synchronise(1_000, forever);
  await turn();

  port.push('{"return": {"pid": 7}}\n{"return": 1}\nhalf an ans');
  port.push(Buffer.concat([Buffer.from([0xff]), Buffer.from(`{"return": ${idOf(sent[0])}}\n`)]));

  await expect(greeting).resolves.toBeUndefined();
  expect(sent[0]?.startsWith('\xff{"execute":"guest-sync-delimited"')).toBe(true);
});

test('decodes both streams, and shows the end by a signal as a shell does', async () => {
  const { agent, port } = makeAgent();
  const status = agent.status(7, forever);
  await turn();

  port.push('{"return": {"exited": true, "signal": 9, "out-data": "w6Q=", "err-data": "bm8="}}\n');

  await expect(status).resolves.toEqual({ exited: true, exitCode: 137, stdout: 'ä', stderr: 'no' });
});

test('gives up an agent that says nothing, and asks the next thing all the same', async () => {
  const { agent, clock, port } = makeAgent();
  const first = agent.status(7, forever);
  const second = agent.status(8, forever);
  const outcome = expect(first).rejects.toThrow('the guest agent does not answer');
  await clock.advance(60_000);
  await outcome;

  port.push('{"return": {"exited": false}}\n');

  await expect(second).resolves.toMatchObject({ exited: false });
});

test.each([
  ['what is no JSON', 'Segmentation fault\n'],
  ['another shape', '{"return": {"exited": "maybe"}}\n'],
  ['an error', '{"error": {"class": "GenericError", "desc": "PID 7 does not exist"}}\n'],
])('takes %s for no answer at all', async (_, text) => {
  const { agent, port } = makeAgent();
  const status = agent.status(7, forever);
  await turn();

  port.push(text);

  await expect(status).rejects.toThrow();
});
