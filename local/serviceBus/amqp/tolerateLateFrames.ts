import type { Connection } from 'rhea';

type Frame = { channel: number };
type Receive = (frame: Frame) => void;

const sessionFrames = ['on_attach', 'on_flow', 'on_transfer', 'on_disposition', 'on_detach'] as const;

/**
 * Drops what a client sends on a channel after it has ended the session there. Clients do: a session accept that is
 * given up crosses with its answer, and the answer is then detached on a channel that is no more. rhea takes such a
 * frame for a protocol error and drops the whole connection, with every other session on it.
 */
export function tolerateLateFrames(connection: Connection): void {
  const handlers = connection as unknown as Record<string, Receive>;
  const ended = new Set<number>();
  wrap(handlers, 'on_begin', (receive, frame) => {
    ended.delete(frame.channel);
    receive(frame);
  });
  wrap(handlers, 'on_end', (receive, frame) => {
    ended.add(frame.channel);
    receive(frame);
  });
  for (const name of sessionFrames) {
    wrap(handlers, name, (receive, frame) => {
      if (!ended.has(frame.channel)) receive(frame);
    });
  }
}

function wrap(handlers: Record<string, Receive>, name: string, around: (receive: Receive, frame: Frame) => void): void {
  const receive = handlers[name]?.bind(handlers);
  if (receive) handlers[name] = (frame) => around(receive, frame);
}
