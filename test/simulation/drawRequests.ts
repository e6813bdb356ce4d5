import type { RequestFact } from '../../shared/domain/requests.ts';
import { definitions } from './definitions.ts';
import type { Draw, Happening } from './happening.ts';
import type { Random } from './random.ts';

/** What operators ask for, and at the end that all goes on. */
export function drawRequests(random: Random, draw: Draw): Happening[] {
  const reason = 'because';
  const asked: Happening[] = [];
  for (let count = random.between(1, 3); count > 0; count -= 1) {
    const { definition, version, atMs } = draw();
    const plain = (
      type: 'publishRequested' | 'quarantineRequested' | 'liftRequested' | 'retestRequested' | 'rollbackRequested',
    ) => ({ type, version, reason });
    const fact = random.pick<RequestFact>([
      plain('publishRequested'),
      plain('quarantineRequested'),
      plain('liftRequested'),
      plain('retestRequested'),
      plain('rollbackRequested'),
      { type: 'expediteRequested', version, reason, ticket: 'OPS-1' },
      { type: 'overrideRequested', version, reason, ticket: 'OPS-2' },
      { type: 'pauseRequested', reason },
      { type: 'answerRequested', version, answer: 'veto', reason },
    ]);
    asked.push({
      kind: 'request',
      definition,
      fact,
      actor: `operator-${random.between(1, 2)}`,
      atMs,
    });
    if (fact.type === 'answerRequested')
      asked.push({
        kind: 'request',
        definition,
        fact: { ...fact, answer: 'approve' },
        actor: asked.at(-1)?.kind === 'request' ? (asked.at(-1) as { actor: string }).actor : '',
        atMs: 1_600_000,
      });
  }
  for (const definition of definitions)
    asked.push({
      kind: 'request',
      definition,
      fact: { type: 'resumeRequested', reason },
      actor: 'operator-1',
      atMs: 1_700_000,
    });
  return asked;
}
