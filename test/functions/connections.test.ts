import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { paced } from '../../functions/connections.ts';

/** A body without end, and a connection whose client takes nothing until `take` is called. */
function setUp() {
  const made: number[] = [];
  const cancelled = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        made.push(made.length);
        controller.enqueue(Buffer.alloc(10));
      },
      cancel: () => cancelled.resolve(),
    },
    { highWaterMark: 0 },
  );
  let take = () => {};
  const response = new Writable({
    highWaterMark: 15,
    write: (_chunk, _encoding, done) => {
      take = done;
    },
  });
  return { made, body, response, cancelled: cancelled.promise, take: () => take() };
}

describe('a streamed body', () => {
  it('waits for a connection that is full', async () => {
    const { made, body, response, take } = setUp();
    const chunks = paced(body, 'invocation', response);
    for (let count = 0; count < 2; count += 1) response.write((await chunks.next()).value);
    const third = chunks.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toHaveLength(2);

    take();
    take();
    await third;
    expect(made).toHaveLength(3);
  });

  it('is cancelled when the connection closes, even while it is full', async () => {
    const { body, response, cancelled } = setUp();
    const chunks = paced(body, 'invocation', response);
    for (let count = 0; count < 2; count += 1) response.write((await chunks.next()).value);
    const third = chunks.next();
    response.destroy();

    expect(await third).toEqual({ value: undefined, done: true });
    await cancelled;
  });

  it('that fails breaks the connection off', async () => {
    const { response } = setUp();
    const body = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error('out of reach')) });

    await expect(paced(body, 'invocation', response).next()).rejects.toThrow('out of reach');
    expect(response.destroyed).toBe(true);
  });
});
