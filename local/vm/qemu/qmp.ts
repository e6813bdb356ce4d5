import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { JsonLines } from './jsonLines.ts';

const event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('SHUTDOWN'), data: z.object({ guest: z.boolean(), reason: z.string() }) }),
  z.object({ event: z.literal('VSERPORT_CHANGE'), data: z.object({ id: z.string(), open: z.boolean() }) }),
]);

/** What QEMU tells of its machine, of what is of use here (QEMU QMP reference manual, `run-state` and `char`). */
export type QmpEvent = z.infer<typeof event>;

/** QEMU's own control channel: its events, and the order to quit. */
export class Qmp {
  readonly #lines: JsonLines;

  constructor(stream: Duplex, onEvent: (event: QmpEvent) => void) {
    this.#lines = new JsonLines(stream, (message) => {
      const parsed = event.safeParse(message);
      if (parsed.success) onEvent(parsed.data);
    });
    this.#lines.send({ execute: 'qmp_capabilities' });
  }

  quit(): void {
    this.#lines.send({ execute: 'quit' });
  }
}
