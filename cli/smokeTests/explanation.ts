import { z } from 'zod';
import { duration } from '../duration.ts';
import { style } from '../style.ts';

/** As the HTTP API explains a version. */
export const explanation = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  reason: z.string(),
  lineage: z.object({ sourceId: z.string().optional(), tags: z.record(z.string(), z.string()).optional() }).default({}),
  stage: z.object({ stage: z.string(), since: z.string(), elapsedSeconds: z.number() }).optional(),
  waits: z.object({ by: z.string(), reason: z.string(), until: z.string().optional() }).optional(),
  checks: z.array(z.looseObject({ check: z.string(), outcome: z.string(), detail: z.string().optional() })),
  warnings: z.array(z.string()),
  attempts: z.array(
    z.looseObject({
      number: z.number(),
      region: z.string(),
      vmSize: z.string(),
      verdict: z.string(),
      reason: z.string(),
      controlOf: z.string().optional(),
    }),
  ),
  evidence: z.array(z.string()),
  next: z.string(),
  serialLog: z.array(z.string()),
});
export type Explanation = z.infer<typeof explanation>;

/** One screen: what failed, expected and got, VM runs, the last serial lines, evidence, what to do next. */
export function describe(it: Explanation): string[] {
  const { outcome, reason, lineage, stage, waits, checks, warnings, attempts, evidence, serialLog, next } = it;
  return [
    `${style('bold', it.id)}`,
    `${style(colourOf(outcome), outcome)}${reason ? `: ${reason}` : ''}`,
    ...(stage ? [`now: ${stage.stage}, for ${duration(stage.elapsedSeconds)}, since ${stage.since}`] : []),
    ...(waits ? [style('yellow', `waits${waits.until ? ` until ${waits.until}` : ''}: ${waits.reason}`)] : []),
    ...section(
      'Checks that did not pass',
      checks.map(({ check, outcome, detail }) => `${style('red', outcome)}  ${check}${detail ? `: ${detail}` : ''}`),
    ),
    ...section('Warnings', warnings),
    ...section(
      'VMs',
      attempts.map(({ number, vmSize, region, verdict, reason, controlOf }) =>
        [`${number}. ${vmSize} in ${region}`, controlOf && `control run on ${controlOf}`, verdict, reason]
          .filter(Boolean)
          .join(', '),
      ),
    ),
    ...section('Serial log, its end', serialLog.filter((line) => line !== '').map(printable)),
    ...section('Evidence', evidence),
    ...section('Made from', madeFrom(lineage)),
    '',
    `${style('bold', 'Next')}: ${next}`,
  ];
}

function madeFrom({ sourceId, tags = {} }: Explanation['lineage']): string[] {
  const lines = Object.entries(tags).map(([name, value]) => `${name}: ${value}`);
  return [...(sourceId ? [sourceId] : []), ...lines].map(printable);
}

function section(title: string, lines: string[]): string[] {
  return lines.length > 0 ? ['', style('bold', title), ...lines.map((line) => `  ${line}`)] : [];
}

function colourOf(outcome: string): 'green' | 'red' | 'yellow' {
  if (['published', 'tested', 'wouldPublish'].includes(outcome)) return 'green';
  return ['quarantined', 'wouldQuarantine'].includes(outcome) ? 'red' : 'yellow';
}

/** A guest writes what it likes to its console: nothing of it may steer a terminal. */
function printable(line: string): string {
  return line.replace(/\p{Cc}/gu, '·');
}
