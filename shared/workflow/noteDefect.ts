import { append, incarnationOf, type Run, stateOf } from './run.ts';

/** Deliveries of one message before a version is left to a person: enough for what is over by itself, and fewer than dead-letter it. */
const patience = 5;

/**
 * A defect that one version brings out. It is thrown when everything else is done, and so delivered again; where it stays,
 * the version says that it needs a person, instead of a dead letter with every sweep. Of the error only its name is written
 * down: its message may hold anything.
 */
export async function noteDefect(run: Run, incarnation: string, error: unknown): Promise<void> {
  const log = await incarnationOf(run, incarnation);
  const { imageVersionId, needsAttention } = stateOf(log);
  const name = error instanceof Error ? error.name : typeof error;
  const code = 'Defect';
  run.ports.log.error(`${imageVersionId}: a defect of the service (${name}), delivery ${run.deliveryCount}`, { code });
  if (needsAttention?.code === code) return;
  if (run.deliveryCount < patience) run.defect ??= error;
  else {
    const reason = `the service itself fails with this version (${name}): look at the exceptions of publicationSteps, deploy a release that mends it, then have the version tested again`;
    await append(run, log, [{ type: 'needsAttention', code, reason }]);
  }
}
