import type { Entry } from '../../shared/domain/entries.ts';
import { definitions, keyOf } from './definitions.ts';
import type { Simulation } from './simulation.ts';

/** Somebody with a browser who is at work on a version at the very time that the service is about to write its flags. */
export class EditsAtIntents {
  private intents = 0;
  private readonly simulation: Simulation;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  /** Of all appends, before they are done. */
  noteAppend([log, entries]: [log: string, entries: Entry[], ...rest: unknown[]]): void {
    const { editAtIntent } = this.simulation.scenario;
    if (!editAtIntent || !entries.some(({ fact }) => 'plan' in fact)) return;
    this.intents += 1;
    if (this.intents !== editAtIntent.nth) return;
    const { azure, checker } = this.simulation;
    const life = checker.trail.lives.get(log);
    const definition = definitions.find((each) => keyOf(each) === life?.key);
    if (!life || !definition) return;
    const { nth: _, afterMs, ...edit } = editAtIntent;
    const happening = { ...edit, definition, version: life.version, atMs: azure.time.nowMs + afterMs };
    if (afterMs === 0) this.simulation.letHappen(happening);
    else azure.time.after(afterMs, () => this.simulation.letHappen(happening));
  }
}
