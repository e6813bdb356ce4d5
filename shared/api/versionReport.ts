import * as z from 'zod';
import { describeFact } from '../domain/describeFact.ts';
import { type Entry, firstBroken } from '../domain/entries.ts';
import { foldIncarnation } from '../domain/incarnationState.ts';

export const versionReport = z.object({
  id: z.string(),
  outcome: z.string(),
  reason: z.string(),
  tests: z.array(z.object({ region: z.string(), vmSize: z.string(), verdict: z.string() })),
  entries: z.array(z.object({ at: z.string(), type: z.string(), summary: z.string() })),
  chain: z.enum(['intact', 'broken']),
});
export type VersionReport = z.infer<typeof versionReport>;

/** What happened to one incarnation, from its log; undefined for a log that does not begin with a detection. */
export function reportVersion(entries: Entry[]): VersionReport | undefined {
  const state = foldIncarnation(entries);
  if (!state || state.byHand) return undefined;
  return {
    id: state.imageVersionId,
    outcome: state.deleted ? 'deleted' : (state.outcome ?? (state.needsAttention ? 'needsAttention' : 'open')),
    reason: state.needsAttention?.reason ?? state.verdict?.reason ?? '',
    tests: state.attempts.flatMap(({ launch, result }) =>
      launch && result ? [{ region: launch.region, vmSize: launch.vmSize, verdict: result.verdict }] : [],
    ),
    entries: entries.map(({ at, fact }) => ({ at, type: fact.type, summary: describeFact(fact) })),
    chain: firstBroken(entries) === undefined ? 'intact' : 'broken',
  };
}
