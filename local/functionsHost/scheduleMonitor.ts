import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const status = z.object({ last: z.number(), next: z.number(), lastUpdated: z.number() });

/** When a timer last ran (0: never), should run next, and when this was written; epoch milliseconds. */
export type ScheduleStatus = z.infer<typeof status>;

/** Keeps the status of each timer in a file of its own, so that an occurrence missed while down is noticed. */
export class ScheduleMonitor {
  readonly #folder: string;

  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'timers');
    mkdirSync(this.#folder, { recursive: true });
  }

  read(functionName: string): ScheduleStatus | undefined {
    try {
      return status.parse(JSON.parse(readFileSync(this.#file(functionName), 'utf8')));
    } catch {
      return undefined; // none yet; an unreadable one is as good as none
    }
  }

  write(functionName: string, value: ScheduleStatus): void {
    const file = this.#file(functionName);
    writeFileSync(`${file}.new`, JSON.stringify(value));
    renameSync(`${file}.new`, file);
  }

  #file(functionName: string): string {
    return join(this.#folder, `${functionName}.json`);
  }
}
