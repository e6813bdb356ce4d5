import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { foldDefinition } from '../../shared/domain/definitionState.ts';
import { foldIncarnation } from '../../shared/domain/incarnationState.ts';
import { lastPolicyFact } from '../../shared/domain/instanceLog.ts';

/** The state of a stored log, read as the app reads it. */
export function foldGolden(log: string, text: string): object | undefined {
  const entries = parseEntries(log, text);
  if (log.startsWith('definitions')) return foldDefinition(entries);
  return log.startsWith('incarnations') ? foldIncarnation(entries) : lastPolicyFact(entries);
}
