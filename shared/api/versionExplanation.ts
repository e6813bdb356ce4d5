import * as z from 'zod';
import { keptUntil } from '../domain/decideCleanUp.ts';
import type { Entry } from '../domain/entries.ts';
import { checkResult } from '../domain/facts.ts';
import { foldIncarnation, type IncarnationState, osTypeOf } from '../domain/incarnationState.ts';
import { type Instant, msBetween } from '../domain/instant.ts';
import { type AskedTest, type LaunchLimits, type LaunchWait, waitOf } from '../domain/launchWait.ts';
import { stageOf } from '../domain/stage.ts';
import { whatEndsWait } from './whatEndsWait.ts';

/** Why a version is where it is: one screen for whoever has to do something about it. */
export const versionExplanation = z.object({
  id: z.string(),
  outcome: z.string(),
  reason: z.string(),
  /** What it was made from, and its tags: as its producer wrote them. */
  lineage: z.object({ sourceId: z.string().exactOptional(), tags: z.record(z.string(), z.string()).exactOptional() }),
  /** Of a run that is under way. */
  stage: z.object({ stage: z.string(), since: z.string(), elapsedSeconds: z.number() }).exactOptional(),
  /** What it waits for, where that is a pause, the circuit breaker or the budget of VM minutes. */
  waits: z
    .object({ by: z.enum(['pause', 'breaker', 'budget']), reason: z.string(), until: z.string().exactOptional() })
    .exactOptional(),
  /** Checks that did not pass in the run that decided, or in the last one. */
  checks: z.array(checkResult),
  warnings: z.array(z.string()),
  attempts: z.array(
    z.object({
      number: z.number(),
      vmName: z.string(),
      region: z.string(),
      vmSize: z.string(),
      verdict: z.string(),
      reason: z.string(),
      controlOf: z.string().exactOptional(),
    }),
  ),
  /** Paths in the evidence container. */
  evidence: z.array(z.string()),
  /** What to do next, as a sentence. */
  next: z.string(),
});
export type VersionExplanation = z.infer<typeof versionExplanation>;

/** What an explanation is made with, beside the log. */
export interface ExplainedIn {
  limits: LaunchLimits;
  now: Instant;
  /** Where it is the log of a test by hand. */
  asked?: AskedTest;
  /** Where another test of the version waits for something. */
  retestWaits?: LaunchWait;
}

export function explainVersion(entries: Entry[], around: ExplainedIn): VersionExplanation | undefined {
  const state = foldIncarnation(entries);
  if (!state) return undefined;
  const { limits, now, asked, retestWaits } = around;
  const waits = waitOf(state, limits, asked) ?? (state.deleted ? undefined : retestWaits);
  const results = state.attempts.flatMap(({ result, launch }) =>
    result && launch?.controlOf === undefined ? [result] : [],
  );
  const deciding = results.at(-1);
  const stage = stageOf(state);
  return {
    id: state.imageVersionId,
    outcome: state.deleted ? 'deleted' : (state.outcome ?? (state.needsAttention ? 'needsAttention' : 'open')),
    reason: state.needsAttention?.reason ?? state.verdict?.reason ?? deciding?.reason ?? '',
    lineage: lineageOf(entries[0]),
    ...(stage && !waits && { stage: { ...stage, elapsedSeconds: secondsBetween(stage.since, now) } }),
    ...(waits && { waits }),
    checks: (deciding?.checks ?? []).filter(({ outcome }) => outcome !== 'passed'),
    warnings: deciding?.warnings ?? [],
    attempts: state.attempts.flatMap(({ number, launch, result }) =>
      launch
        ? [
            {
              number,
              vmName: launch.vmName,
              region: launch.region,
              vmSize: launch.vmSize,
              verdict: result?.verdict ?? 'under way',
              reason: result?.reason ?? '',
              ...(launch.controlOf !== undefined && { controlOf: launch.controlOf }),
            },
          ]
        : [],
    ),
    evidence: entries.flatMap(({ fact }) => (fact.type === 'evidenceSaved' ? fact.files.map(({ path }) => path) : [])),
    next: waits ? whatEndsWait(waits, state, limits) : nextFor(state),
  };
}

function secondsBetween(since: Instant, now: Instant): number {
  return Math.max(0, Math.round(msBetween(since, now) / 1_000));
}

function lineageOf(first: Entry | undefined): VersionExplanation['lineage'] {
  if (first?.fact.type !== 'versionDetected') return {};
  const { identity, tags } = first.fact;
  return { ...(identity.sourceId !== undefined && { sourceId: identity.sourceId }), ...(tags && { tags }) };
}

/** A VM that is left for whoever asked. Nobody can sign in to it: commands go the way of the checks. */
function keptVm(state: IncarnationState): string | undefined {
  const { attempts, byHand } = state;
  const last = attempts.at(-1);
  const until = last && keptUntil(state, last);
  if (byHand === undefined || !last?.launch || until === undefined || last.goneAt !== undefined) return undefined;
  const { vmName } = last.launch;
  const [command, script] =
    osTypeOf(state) === 'Windows'
      ? ['RunPowerShellScript', 'Get-EventLog System -EntryType Error -Newest 20']
      : ['RunShellScript', 'journalctl -b -p err --no-pager'];
  const run = `az vm run-command invoke --resource-group SMOKE_TEST_GROUP --name ${vmName} --command-id ${command} --scripts "${script}"`;
  return `look into VM ${vmName}, which stays until ${until}: ${run}`;
}

function nextFor(state: IncarnationState): string {
  const { outcome, needsAttention, version, byHand, deleted, verdict, write } = state;
  if (deleted) return 'nothing: the version does not exist any more';
  if (needsAttention && !verdict && !write)
    return `mend what the reason names, then have it tested again: imprimatur retest ${version} --reason WHY`;
  if (needsAttention) return 'mend what the reason names; the next sweep goes on';
  const kept = outcome === undefined ? undefined : keptVm(state);
  if (kept !== undefined) return kept;
  switch (outcome) {
    case undefined:
      return 'wait: the run is under way';
    case 'quarantined':
    case 'wouldQuarantine':
      return 'mend the image and write a new version; to look at a VM of this one: imprimatur test VERSION --keep 30m';
    case 'inconclusive':
      return byHand
        ? 'remove what the reason names, then: imprimatur test VERSION'
        : 'remove what the reason names, then: imprimatur retest VERSION --reason WHY';
    case 'creationFailed':
      return 'ask the producer: Azure could not create the version';
    default:
      return byHand ? `nothing comes of a test by hand; ${version} stays as it is` : 'nothing';
  }
}
