import { decideRequest, type RequestContext, remainderOf } from '../domain/decideRequest.ts';
import type { Entry } from '../domain/entries.ts';
import type { DefinitionFact, FactOf } from '../domain/facts.ts';
import { versionResourceId } from '../domain/ids.ts';
import { identityOf, incarnationKey } from '../domain/incarnation.ts';
import type { PendingRequest } from '../domain/requests.ts';
import { foldDefinitionLog } from './foldLog.ts';
import { requestContext } from './requestContext.ts';
import { append, incarnationOf, type Run, stateOf } from './run.ts';

/**
 * Turns what operators and teams asked for into entries, in the order in which it was accepted: the logs of versions
 * first, the definition's log second, so that a crash in between decides the same request again.
 */
export async function takeRequests(run: Run): Promise<void> {
  for (;;) {
    const [request] = foldDefinitionLog(run.log).requests;
    if (!request) return;
    await take(run, request);
  }
}

async function take(run: Run, request: PendingRequest): Promise<void> {
  const context = await contextOf(run, request);
  const decision = decideRequest(request, context);
  const done = { type: 'requestDone' as const, request: request.id };
  if (await isTaken(run, request, context)) return resume(run, request, context);
  if (decision.kind === 'refused')
    return append(run, run.log, [{ ...done, outcome: 'refused', reason: decision.reason }]);
  const opened: DefinitionFact[] = [];
  for (const [version, facts] of Object.entries(decision.versions)) {
    const known = await openFor(run, context, version);
    const log = await incarnationOf(run, known.incarnation);
    const isThere = log.entries.some((entry) => isOf(entry, request.id));
    if (!isThere) await append(run, log, facts);
    const isNew = context.definition.versions[version]?.kind === 'adopted';
    if (isNew || stateOf(log).outcome === undefined) opened.push(known);
  }
  await append(run, run.log, [...opened, ...decision.facts, { ...done, outcome: 'accepted', reason: decision.reason }]);
}

/** A crash came between the two logs: what was asked is done, and must not be judged again on what it changed. */
async function isTaken(run: Run, { id, asked }: PendingRequest, { definition }: RequestContext): Promise<boolean> {
  const known = 'version' in asked ? definition.versions[asked.version] : undefined;
  // What these bring into the definition's log has to come, and they decide the same again.
  if (['rollbackRequested', 'takeInRequested', 'announceRequested'].includes(asked.type)) return false;
  if (known?.kind !== 'examined') return false;
  return (await incarnationOf(run, known.incarnation)).entries.some((entry) => isOf(entry, id));
}

async function resume(run: Run, request: PendingRequest, context: RequestContext): Promise<void> {
  const { id, asked } = request;
  const opened = 'version' in asked ? await openFor(run, context, asked.version) : undefined;
  const rest = opened ? remainderOf(request, (await incarnationOf(run, opened.incarnation)).entries) : [];
  await append(run, run.log, [
    ...(opened ? [opened] : []),
    ...rest,
    { type: 'requestDone', request: id, outcome: 'accepted', reason: 'done before a restart' },
  ]);
}

function isOf({ fact }: Entry, request: string): boolean {
  return 'request' in fact && fact.request === request;
}

/** A version that was adopted gets a log when something is ordered for it; it is not tested for that. */
async function openFor(
  run: Run,
  { definition, versions }: RequestContext,
  version: string,
): Promise<FactOf<'incarnationOpened'>> {
  const known = definition.versions[version];
  if (known?.kind === 'examined')
    return { type: 'incarnationOpened', version, incarnation: known.incarnation, identity: known.identity };
  const seen = versions.find((candidate) => candidate.version === version);
  const identity = known?.identity ?? (seen ? identityOf(seen) : {});
  const incarnation = incarnationKey(run.key, version, identity);
  const log = await incarnationOf(run, incarnation);
  const { policy, hash } = run.revision;
  if (log.entries.length === 0)
    await append(run, log, [
      {
        type: 'versionDetected',
        imageVersionId: versionResourceId(run.definition, version),
        version,
        identity,
        mode: policy.mode,
        policyHash: hash,
        smokeTest: policy.smokeTest,
        testPlan: [],
        visible: false,
        adopted: true,
      },
    ]);
  return { type: 'incarnationOpened', version, incarnation, identity };
}

function contextOf(run: Run, { asked }: PendingRequest): Promise<RequestContext> {
  const { ports, definition, versions, revision } = run;
  const known = { state: foldDefinitionLog(run.log), versions, policy: revision.policy };
  return requestContext(ports, definition, asked, known, async (incarnation) =>
    run.setAside.has(incarnation) ? undefined : stateOf(await incarnationOf(run, incarnation)),
  );
}
