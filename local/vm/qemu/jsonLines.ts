import type { Duplex } from 'node:stream';

/** What a guest may send without a line end before its channel is given up: twice the agent's largest answer. */
const longestLine = 64 * 1024 * 1024;

/**
 * Messages over a stream, one JSON value a line, as QMP and the guest agent speak them. A byte 0xFF, which UTF-8 never
 * holds, makes the agent's answer to a synchronisation stand alone: what comes before it on a line is dropped.
 */
export class JsonLines {
  readonly #stream: Duplex;
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  constructor(stream: Duplex, onMessage: (message: unknown) => void) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      for (const line of this.#linesOf(chunk)) onMessage(parseLine(line));
    });
    // The process at the other end may be gone at any moment; its exit is what counts.
    stream.on('error', () => stream.destroy());
  }

  send(message: object, prefix: Buffer = Buffer.alloc(0)): void {
    if (!this.#stream.writable) return;
    this.#stream.write(Buffer.concat([prefix, Buffer.from(`${JSON.stringify(message)}\n`)]));
  }

  #linesOf(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      lines.push(Buffer.concat([...this.#pending, chunk.subarray(start, end)]));
      this.#pending = [];
      this.#pendingBytes = 0;
      start = end + 1;
    }
    this.#pending.push(chunk.subarray(start));
    this.#pendingBytes += chunk.length - start;
    if (this.#pendingBytes > longestLine) this.#stream.destroy();
    return lines;
  }
}

/** Undefined for what is not JSON: a guest can write anything. */
function parseLine(line: Buffer): unknown {
  try {
    return JSON.parse(line.subarray(line.lastIndexOf(0xff) + 1).toString());
  } catch {
    return undefined;
  }
}
