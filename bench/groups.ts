import { measureAudit } from './audit/measureAudit.ts';
import type { BenchOptions } from './benchOptions.ts';
import { measureColdStart } from './coldStart/measureColdStart.ts';
import { measureGrowth } from './growth/measureGrowth.ts';
import type { Metric } from './metric.ts';
import { measureBurst } from './publication/measureBurst.ts';
import { measurePublication } from './publication/measurePublication.ts';
import type { Report } from './report.ts';
import { conclusion } from './throughput/conclusion.ts';
import { measureThroughput } from './throughput/measureThroughput.ts';

/** Metrics that are measured together, in a process of their own; their names begin with the group's. */
export interface Group {
  name: string;
  /** What is measured how, for the results page. */
  about: string;
  /** What the figures say, in a sentence below their table. */
  conclusion?(metrics: Metric[]): string | undefined;
  limitMinutes: number;
  measure(report: Report, options: BenchOptions): Promise<Metric[]>;
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
  {
    name: 'publication',
    about:
      'One healthy version at a time, from its event to the end of its virtual machine, with the policy that npm start ' +
      'has: two checks, a platform restart, the checks again. The worker has made twenty publications before, as one that ' +
      'lives for hours has; what a fresh one takes to compile its code is in Cold start and Burst. Own time is whenever a wake-up of the image is in the ' +
      'queue or in a step that finds something to record, or meets a failed call; all else is waiting, for Azure or for ' +
      'the next look, looks that find Azure still at work included, and its rival is what Azure takes where ' +
      'the same calls are made by hand and each end is seen at once, the checks after the restart answered by the new boot ' +
      'included. Azure’s clocks run four times as fast as the ' +
      'processor, so waiting is in seconds of Azure, own time in those of this machine. The rival of a count is the ' +
      'least that could do (bench/publication/least.ts), three teams hear of everything, and prices are list prices ' +
      'with their date in bench/publication/cost.ts, without disks and the fixed parts of [the cost model](cost.md). ' +
      'The script is what many a pipeline does today (bench/usualScript/publish.sh), run with the Azure CLI where that ' +
      'is installed, against local Azure on a clock of real speed.',
    limitMinutes: 20,
    measure: measurePublication,
  },
  {
    name: 'burst',
    about:
      'Healthy versions of as many image definitions, written one after the other within seconds, one worker, no slot to ' +
      'wait for; the goals are for 200, and `--burst` chooses another number. All times are in seconds of Azure, whose ' +
      'clocks run twice as fast as the processor: what the processor does counts twice. Own time is whenever a wake-up of ' +
      'the image is in the queue, for want of a free place in the worker, or in a step that finds something to record; ' +
      'its rival is how long all processors of this machine take for all the work of as many versions, that of local Azure, ' +
      'its guests and the bench included. Refused is from a call that Resource Manager refuses, since it grants a principal ' +
      '250 reads and 25 more a second, 200 writes and 10 more a second, until its Retry-After is over; its rival is what ' +
      'those grants force on the same number of calls beyond Azure’s own time. Waiting is for Azure, or for the next look, ' +
      'and its rival Azure’s own time, as in [Publication](#publication); the rival of the whole is the longer one of the ' +
      'two. Memory is the resident memory of the whole process, host included, twice a second.',
    limitMinutes: 25,
    measure: measureBurst,
  },
  {
    name: 'throughput',
    about:
      'A burst, and then all that its functions asked of Azure once more, by an app that has the same triggers in the same ' +
      'host and for each event or message does what the record says next: the same requests with the same bodies by plain ' +
      'HTTPS, the same messages by the Service Bus SDK, each once those are done that it may depend on. Both on a fresh ' +
      'local Azure that refuses nobody for asking too often, since that would be the bound of both; time in which no ' +
      'function runs, since all wait for Azure, is left out of both. The replay is simpler in this: no conditions ' +
      '(If-Match, append position) go with it but that of a read that found nothing new, what was refused is not asked ' +
      'for, tokens are its own, and where ' +
      'Azure is not yet as far as it was in the record it asks again; the waiting between is left out too.',
    conclusion,
    limitMinutes: 14,
    measure: measureThroughput,
  },
  {
    name: 'growth',
    about:
      'One publication after the other, 24 of them, in a gallery of 25 image definitions that already holds 5,000 published ' +
      'versions, 200 of them of the same definition, each with its log. The rival is as many in a gallery of ' +
      '100 versions, at the same time on a local Azure of its own, so that whatever else the machine does meets both. ' +
      'Azure’s clocks run ten times as fast as the processor.',
    limitMinutes: 12,
    measure: measureGrowth,
  },
  {
    name: 'audit trail',
    about:
      'Queries of the HTTP API over 1,020,100 entries of 10,000 versions in files, which are read and parsed each time; ' +
      'the rival is DuckDB over the same files, as many rows in its answer. And the most memory that a report of a quarter holds, Node.js and all.',
    limitMinutes: 8,
    measure: measureAudit,
  },
];
