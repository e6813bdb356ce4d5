import type { Spending } from '../domain/budget.ts';
import type { Fact } from '../domain/facts.ts';
import type { GroupLook } from '../domain/groups.ts';
import { type ImageDefinitionId, parseImageId, versionResourceId } from '../domain/ids.ts';
import type { ImageDefinition } from '../domain/imageDefinition.ts';
import type { ImageVersion } from '../domain/imageVersion.ts';
import type { IncarnationState } from '../domain/incarnationState.ts';
import type { InstanceState } from '../domain/instanceState.ts';
import { addMs, type Instant, isRecent, later } from '../domain/instant.ts';
import { measuresOf } from '../domain/measures.ts';
import type { PolicyRevision } from '../domain/policy.ts';
import { policyFor, type RuledPolicy } from '../domain/policyFile.ts';
import type { WakeUp } from '../domain/wakeUps.ts';
import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { foldDefinitionLog, foldIncarnationLog } from './foldLog.ts';
import { isOurs, isOwnershipKnown } from './isOurs.ts';
import type { KeptLook } from './keptLook.ts';
import {
  definitionLog,
  incarnationLog,
  isUnreadable,
  type LoadedLog,
  LogConflict,
  loadLog,
  saveStaged,
  stageFacts,
} from './log.ts';
import { markOpen, newMarker, type OpenMarker, readMarker } from './openMarker.ts';
import { readRules } from './readRules.ts';
import { isInCharge, type Settings } from './settings.ts';
import { lookAtSpending, vmLivesName } from './spending.ts';
import { takeCharge } from './takeCharge.ts';

/** What a step carries from look to send. */
export interface Run {
  readonly ports: Ports;
  readonly definition: ImageDefinitionId;
  readonly key: string;
  readonly cause: string;
  /** Of the message, 1 at first. */
  readonly deliveryCount: number;
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  /** Whether the message is that of a timer, or a copy of one. */
  readonly isTimer: boolean;
  /** Whether the image definition itself may have changed. */
  readonly readsDefinition: boolean;
  /** Who changed it, as an event says. */
  readonly changedBy?: string;
  readonly takenInChargeAt: Instant;
  readonly revision: PolicyRevision;
  /** For all image definitions. */
  readonly ruled: RuledPolicy;
  readonly instance: InstanceState;
  /** How much of the budget was spent when the step began, where the policy has one. */
  readonly spending?: Spending | 'unreadable';
  readonly marker: OpenMarker;
  readonly log: LoadedLog;
  readonly incarnations: Map<string, LoadedLog>;
  /** What was seen of the VMs of each incarnation, and may be gone by. */
  readonly vms: Map<string, KeptLook['vms']>;
  /** As they were listed, or read, last; a listed one is without replication status. */
  versions: ImageVersion[];
  /** Those that this step asked Azure to change since then. */
  readonly written: Set<string>;
  /** The image definition, where the step has read it. */
  image?: ImageDefinition;
  /** Where the image definition is a member of one. */
  group?: GroupLook;
  /** Incarnations whose log cannot be read: they are left alone, and nothing else waits for them. */
  readonly setAside: Set<string>;
  problem?: AdapterError;
  /** Thrown when everything else is done. */
  defect?: unknown;
}

/**
 * Undefined when nothing is known under the key (a VM that is not ours, a definition that never had a step), or when the
 * message names a definition that is not ours to look at, or of a gallery that another instance owns.
 */
export async function begin(
  ports: Ports,
  settings: Settings,
  wakeUp: WakeUp,
  deliveryCount: number,
): Promise<Run | undefined> {
  const { key } = wakeUp;
  // Whoever may send to the queue may name any definition; only those of our galleries are looked at.
  if (wakeUp.definition && !isInCharge(settings, wakeUp.definition)) return undefined;
  const [{ marker, log }, readFirst] = await Promise.all([readOwn(ports, key), readRules(ports)]);
  const definition = wakeUp.definition ?? marker?.definition ?? definitionOf(log);
  if (!definition) return undefined;
  const isKnown = isOwnershipKnown(ports, settings, definition);
  if (!(await isOurs(ports, settings, definition))) return undefined;
  // A pause that was read while the owner was asked for holds for this step.
  const { ruled, instance } = isKnown ? readFirst : await readRules(ports);
  const startedAt = ports.clock.now();
  const dueAt = dueOf(ports, wakeUp, startedAt);
  const takenInChargeAt = await takeCharge(ports, settings, definition);
  const revision = policyFor(ruled, definition);
  const spending = await lookAtSpending(ports, revision.policy, later(startedAt, dueAt));
  const run: Run = {
    ports,
    definition,
    key,
    cause: wakeUp.cause,
    deliveryCount,
    startedAt,
    dueAt,
    isTimer: wakeUp.dueAt !== undefined,
    readsDefinition: wakeUp.readsDefinition ?? false,
    ...(wakeUp.readsDefinition && wakeUp.by !== undefined && { changedBy: wakeUp.by }),
    takenInChargeAt,
    revision,
    ruled,
    instance,
    ...(spending && { spending }),
    marker: marker ?? newMarker(key, definition),
    log,
    incarnations: new Map(),
    vms: new Map(),
    versions: [],
    written: new Set(),
    setAside: new Set(),
  };
  if (spending === 'unreadable')
    ports.log.error(`the budget is unknown: document ${vmLivesName} is damaged: restore it, or delete it`);
  await loadUnfinished(run);
  return run;
}

/** The clock of a worker may be behind the queue's, by so much at most. */
const mostBehindMs = 15 * 60_000;

/** When the message is due: what it says, as a timer does, unless that is so far ahead that the queue has not sent it for it. */
function dueOf({ log }: Ports, { dueAt, cause }: WakeUp, startedAt: Instant): Instant {
  if (dueAt === undefined) return startedAt;
  if (dueAt <= addMs(startedAt, mostBehindMs)) return dueAt;
  log.warn(`${cause} is due only at ${dueAt}, and is here already: it counts as due at ${startedAt}`);
  return startedAt;
}

/**
 * The marker first: what is appended from outside after this changes its ETag, and then it stays. The logs of versions come
 * after this one, each when its turn comes: where the lock is lost while this one is read, another step has gone on with them.
 */
async function readOwn(ports: Ports, key: string): Promise<{ marker: OpenMarker | undefined; log: LoadedLog }> {
  const asOf = ports.clock.now();
  const marker = await readMarker(ports.documents, key);
  if (marker) marker.asOf = asOf;
  return { marker, log: await loadLog(ports, definitionLog(key)) };
}

/** The logs with work, and those that a crash left unsent after their work was done. */
async function loadUnfinished(run: Run): Promise<void> {
  const prefix = incarnationLog(run.key, '');
  const unsent = Object.keys(run.marker.cursors).filter((log) => log.startsWith(prefix));
  const { open } = foldDefinitionLog(run.log);
  for (const incarnation of new Set([...Object.keys(open), ...unsent.map((log) => log.slice(prefix.length))])) {
    await unlessUnreadable(run, incarnation, open[incarnation]?.version, async () => {
      const log = await incarnationOf(run, incarnation);
      if (log.entries.length > 0) stateOf(log);
    });
  }
}

/** Does something with the log of one incarnation, or sets the incarnation aside because its log cannot be read. */
export async function unlessUnreadable(
  run: Run,
  incarnation: string,
  version: string | undefined,
  use: () => Promise<unknown>,
): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const subject = version === undefined ? run.definition.image : versionResourceId(run.definition, version);
    run.ports.log.error(`${subject}: ${error.message}; nothing is done for it`, { code: error.code });
    run.setAside.add(incarnation);
    if (error.retryable) run.problem = error;
  }
}

/** A timer that fired is due, even where the clock of this worker is behind the queue's. */
export function nowOf({ ports, dueAt }: Run): Instant {
  return later(ports.clock.now(), dueAt);
}

/** The log of an incarnation, read once per step. */
export async function incarnationOf(run: Run, incarnation: string): Promise<LoadedLog> {
  const known = run.incarnations.get(incarnation);
  if (known) return known;
  const loaded = await loadLog(run.ports, incarnationLog(run.key, incarnation));
  const log = { ...loaded, found: loaded.entries.length };
  run.incarnations.set(incarnation, log);
  return log;
}

export function stateOf(log: LoadedLog): IncarnationState {
  const state = foldIncarnationLog(log);
  if (!state) {
    const message = `audit log ${log.name} does not begin with a detection`;
    throw new AdapterError(message, { code: 'LogMalformed', retryable: false });
  }
  return state;
}

/** Appends under the open marker, which has to stand before the first entry; with what was staged before. */
export async function append(run: Run, log: LoadedLog, facts: Fact[]): Promise<void> {
  await stage(run, log, facts);
  await save(run, log);
}

/** Adds facts that are appended with the next ones, or by `save`. */
export async function stage(run: Run, log: LoadedLog, facts: Fact[]): Promise<void> {
  if (facts.length === 0) return;
  // Before an entry stands in memory: a log that the marker does not know yet is sent from its head on.
  await markOpen(run.ports, run.marker, [run.log, ...run.incarnations.values()]);
  stageFacts(run.ports, log, facts, { cause: run.cause, at: nowOf(run) });
}

/** Appends what is staged, and measures it. Throws LogConflict when the log has grown under us. */
export async function save(run: Run, log: LoadedLog): Promise<void> {
  const asOf = run.ports.clock.now();
  const from = await saveStaged(run.ports, log);
  if (from === undefined) return;
  log.asOf = asOf;
  run.ports.metrics.note(measuresOf(log.entries, from));
}

/**
 * Makes sure, before what Azure takes without a condition, that nobody has gone on with the log since it was read: who lost the
 * session does not know. It costs a read, but not where this step itself has just appended the intent. Throws LogConflict.
 */
export async function confirm({ ports: { clock, auditLogs } }: Run, log: LoadedLog): Promise<void> {
  const now = clock.now();
  if (isRecent(log.asOf, now)) return;
  const { position } = await auditLogs.read(log.name);
  if (position !== log.position) throw new LogConflict(log.name);
  log.asOf = now;
}

function definitionOf(log: LoadedLog): ImageDefinitionId | undefined {
  const first = log.entries.find((entry) => entry.fact.type === 'definitionDetected')?.fact;
  return first?.type === 'definitionDetected' ? parseImageId(first.imageDefinitionId)?.definition : undefined;
}
