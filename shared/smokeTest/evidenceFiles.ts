import type { EvidenceFile } from '../domain/effects.ts';
import type { FactOf } from '../domain/facts.ts';
import type { Attempt, IncarnationState } from '../domain/incarnationState.ts';
import type { VmLook } from '../domain/look.ts';
import type { CheckSet } from './checkSet.ts';
import { junit } from './junit.ts';
import { scrub } from './scrub.ts';
import { timeline } from './timeline.ts';

type Conclusion = FactOf<'smokeTestFinished'>;

/** What is kept of a run, passed or not, before its VM is deleted; nothing in it gives access to anything. */
export function evidenceFiles(
  state: IncarnationState,
  attempt: Attempt,
  vm: VmLook | undefined,
  conclusion: Conclusion,
  { hash }: Extract<CheckSet, { kind: 'checks' }>,
): EvidenceFile[] {
  const { operationUrl: _, ...launch } = attempt.launch ?? {};
  const configuration = state.testPlan.find(
    ({ region, vmSize }) => region === attempt.launch?.region && vmSize === attempt.launch.vmSize,
  );
  const present = vm?.kind === 'present' ? vm : undefined;
  const results = {
    imageVersionId: state.imageVersionId,
    checksHash: hash,
    ...launch,
    ...conclusion,
    rounds: attempt.rounds,
  };
  const files: EvidenceFile[] = [
    { name: 'results.json', content: json(results) },
    { name: 'junit.xml', content: junit(state, attempt, conclusion) },
    { name: 'vm.json', content: json({ ...launch, configuration }) },
    { name: 'timeline.json', content: json(timeline(attempt, vm)) },
  ];
  if (present?.serialLog !== undefined) files.push({ name: 'serial.log', content: present.serialLog });
  const error = present?.error ?? attempt.refused;
  if (error) files.push({ name: 'error.json', content: json(error) });
  if (present?.runCommand?.kind === 'finished') {
    const { output, error, state: ended } = present.runCommand;
    files.push({ name: 'lastAnswer.txt', content: `${ended}\n${output}\n${error}` });
  }
  return files.map(({ name, content }) => ({ name, content: scrub(content) }));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
