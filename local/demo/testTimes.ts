import { nameOf } from './narrator.ts';
import type { Report } from './report.ts';

/** Seconds from launch to agent and from launch to result, of each version's last test, by the clock on the wall. */
export function testTimes({ versions }: Report, speed: number): string[] {
  return versions.map(({ id, outcome, entries }) => {
    const launchedAt = entries.findLast(({ type }) => type === 'launchIntended')?.at;
    const seconds = (type: string) => {
      const at = entries.findLast((entry) => entry.type === type)?.at;
      if (launchedAt === undefined || at === undefined || at < launchedAt) return '     -';
      return `${((Date.parse(at) - Date.parse(launchedAt)) / speed / 1_000).toFixed(1).padStart(4)} s`;
    };
    return `${nameOf(id)}  agent after ${seconds('agentReady')}, result after ${seconds('smokeTestFinished')}: ${outcome}`;
  });
}
