/** One run of a function, as the lines of the host tell; instants in milliseconds of the stack's clock. */
export interface Invocation {
  name: string;
  from: number;
  to: number;
  messageIds: string[];
}

const executing = /^(\S+) \S+ +Function\.(\w+): Executing '.*\(Reason='(?:\(null\) MessageIds: )?(.*)', Id=(\S+)\)$/;
const executed = /^(\S+) \S+ +Function\.\w+: Executed '.*, Id=([^,]+), Duration=\d+ms\)/;

/** Invocations that have ended, from the lines of the host's log. */
export class HostLog {
  readonly #running = new Map<string, Omit<Invocation, 'to'>>();
  readonly invocations: Invocation[] = [];

  read(line: string): void {
    const [, from, name, reason, id] = executing.exec(line) ?? [];
    if (from !== undefined && name !== undefined && reason !== undefined && id !== undefined) {
      this.#running.set(id, { name, from: Date.parse(from), messageIds: reason.split(', ') });
      return;
    }
    const [, to, ended] = executed.exec(line) ?? [];
    const invocation = ended === undefined ? undefined : this.#running.get(ended);
    if (to === undefined || ended === undefined || !invocation) return;
    this.#running.delete(ended);
    this.invocations.push({ ...invocation, to: Date.parse(to) });
  }
}
