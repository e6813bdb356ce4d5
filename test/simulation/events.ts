import { receiveEvent } from '../../shared/workflow/receiveEvent.ts';
import type { EventEnd } from '../fakes/fakeSmokeTestVms.ts';
import type { Simulation } from './simulation.ts';
import type { Act } from './workers.ts';

/** Event Grid: an event comes once, twice or never, and some come minutes late. */
export class Events {
  private readonly simulation: Simulation;
  private count = 0;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  emit(subject: string, end: EventEnd = 'WriteSuccess'): void {
    const { random, azure, faults, workers, settings, isUndisturbed } = this.simulation;
    const copies = isUndisturbed ? 1 : random.pick([0, 1, 1, 1, 1, 1, 1, 2]);
    if (copies !== 1) faults.injected.push(copies === 0 ? 'eventLost' : 'eventDoubled');
    for (let copy = 0; copy < copies; copy += 1) {
      this.count += 1;
      const id = `event-${this.count}`;
      const delayMs = random.chance(0.1) ? random.between(1, 400_000) : random.between(0, 2_000);
      const event = { id, type: `Microsoft.Resources.Resource${end}`, subject };
      const receive: Act = (ports) => receiveEvent(ports, settings, event);
      azure.time.after(delayMs, () => workers.insist(`event ${id}`, receive, 3));
    }
  }
}
