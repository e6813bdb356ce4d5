import type { Clock } from '../clock.ts';
import type { Events } from './events.ts';
import type { Faults } from './faults.ts';
import type { LongRunningOperations } from './longRunningOperations.ts';
import type { Settings } from './options.ts';
import type { Resources } from './resources.ts';
import type { Store } from './store.ts';
import type { Machines } from './virtualMachines/machines.ts';

/** The parts that every resource provider works with. */
export interface Arm {
  subscriptionId: string;
  tenantId: string;
  location: string;
  settings: Settings;
  clock: Clock;
  store: Store;
  resources: Resources;
  operations: LongRunningOperations;
  events: Events;
  faults: Faults;
  machines: Machines;
  log(line: string): void;
}
