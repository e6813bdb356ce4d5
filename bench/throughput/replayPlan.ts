import type { Operation, RecordedInvocation } from './operations.ts';

/** Which invocation of the record is next when something arrives: those of one key come in the order of the record. */
export class ReplayPlan {
  readonly #waiting = new Map<string, RecordedInvocation[]>();
  readonly #arrived = new Map<string, number>();

  constructor(record: RecordedInvocation[]) {
    for (const invocation of record.toSorted((a, b) => a.from - b.from)) {
      const of = keyOf(invocation.function, invocation.key);
      this.#waiting.set(of, [...(this.#waiting.get(of) ?? []), invocation]);
    }
  }

  /** Those that had been given, one after the other, as many messages as have arrived by now: batches come out differently. */
  arrived(functionName: string, key: string, messages: number): RecordedInvocation[] {
    const of = keyOf(functionName, key);
    const waiting = this.#waiting.get(of) ?? [];
    let arrived = (this.#arrived.get(of) ?? 0) + messages;
    const due: RecordedInvocation[] = [];
    for (let next = waiting[0]; next && next.messages <= arrived; next = waiting[0]) {
      arrived -= next.messages;
      due.push(next);
      waiting.shift();
    }
    this.#arrived.set(of, arrived);
    return due;
  }
}

const keyOf = (functionName: string, key: string) => `${functionName} ${key}`;

/**
 * Does each operation once those are done that had ended before it began. What Azure refused, as too much or too early or
 * because somebody else had been quicker, is not asked for.
 */
export async function inOrder(operations: Operation[], act: (operation: Operation) => Promise<void>): Promise<void> {
  const done: { ended: number; acted: Promise<void> }[] = [];
  for (const operation of operations.filter(wasGranted).toSorted((a, b) => a.begun - b.begun)) {
    const before = done.filter(({ ended }) => ended > 0 && ended < operation.begun).map(({ acted }) => acted);
    done.push({ ended: operation.ended, acted: Promise.all(before).then(() => act(operation)) });
  }
  await Promise.all(done.map(({ acted }) => acted));
}

const wasGranted = (operation: Operation) =>
  operation.kind === 'send' || !([409, 412, 429].includes(operation.status) || operation.status >= 500);
