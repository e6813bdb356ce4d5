import { spawnSync } from 'node:child_process';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBus } from './startTestBus.ts';

const python = '/usr/bin/python3';
const isThere = spawnSync(python, ['-c', 'import proton']).status === 0;
const title = isThere ? '' : ' (skipped: needs the Debian package python3-qpid-proton)';

let bus: Awaited<ReturnType<typeof startTestBus>>;
beforeAll(async () => {
  bus = await startTestBus({ entities: { queues: [{ name: 'q' }, { name: 's', requiresSession: true }] } });
});
afterAll(() => bus.stop());

/** Each line printed is a fact that the client saw. */
const script = `
import sys
from proton import Message, Described, symbol
from proton.reactor import Filter
from proton.utils import BlockingConnection, LinkDetached
session = symbol('com.microsoft:session-filter')
def connect(): return BlockingConnection('amqp://127.0.0.1:' + sys.argv[1], timeout=10)
first = connect()
sender = first.create_sender('q')
sender.send(Message(id='m', body='hello'))
second = connect()
receiver = second.create_receiver('q', credit=10)
def look(): print(receiver.receive().delivery_count)
look(); receiver.release(delivered=False)
look(); receiver.release(delivered=True)
look(); receiver.reject()
dead = second.create_receiver('q/$deadletterqueue', credit=1)
print(dead.receive().body); dead.accept()
first.create_sender('s').send(Message(id='x', body='in a session', group_id='a'))
held = second.create_receiver('s', credit=10, options=Filter({session: Described(session, 'a')}))
print(held.receive().body)
try: first.create_receiver('s', options=Filter({session: Described(session, 'a')}))
except LinkDetached as error: print(error.condition)
second.close(); first.close()
`;

test.skipIf(!isThere)(`Qpid Proton settles messages and takes sessions${title}`, async () => {
  const { stdout } = await execa(python, ['-c', script, String(bus.port)], { timeout: 15_000 });

  expect(stdout.split('\n')).toEqual([
    '0',
    '0',
    '1',
    'hello',
    'in a session',
    'com.microsoft:session-cannot-be-locked',
  ]);
});
