import { measureColdStart } from './coldStart/measureColdStart.ts';
import type { Metric } from './metric.ts';

/** Metrics that are measured together, in a process of their own; their names begin with the group's. */
export interface Group {
  name: string;
  /** What is measured how, for the results page. */
  about: string;
  limitMinutes: number;
  measure(say: (line: string) => void): Promise<Metric[]>;
}

export const groups: Group[] = [
  {
    name: 'cold start',
    about:
      'From the start of the process, without compiled code of earlier starts: until all functions are registered and ' +
      'triggers listen, and until the step of a wake-up that was waiting has ended. The rival is an app with the same ' +
      'triggers and empty handlers, bundled alike, in the same host. Unbundled is what the compiler emits, with all ' +
      'packages where npm put them.',
    limitMinutes: 8,
    measure: measureColdStart,
  },
];
