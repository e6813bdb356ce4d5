import { storyId } from '../../local/demo/stories.ts';
import type { PlannedVersion } from './plan.ts';

const end = /^imprimatur\.imageVersion\.(published|quarantined|superseded|inconclusive|needsAttention)\./;

/** How many of the planned versions have come to an end, by what the team was told of them. */
export class Ends {
  readonly #open: Set<string>;
  readonly #planned: number;

  constructor(planned: PlannedVersion[]) {
    this.#open = new Set(planned.map(storyId));
    this.#planned = this.#open.size;
  }

  note({ type, subject }: { type: string; subject: string }): void {
    if (end.test(type)) this.#open.delete(subject);
  }

  get number(): number {
    return this.#planned - this.#open.size;
  }
}
