import { definitionKey, definitionKeyOfVm, parseImageId } from '../domain/ids.ts';
import { addMs, type Instant } from '../domain/instant.ts';
import { type WakeUp, wakeUpId, wakeUpSchema } from '../domain/wakeUps.ts';
import type { Ports } from '../ports.ts';
import { isInCharge, type Settings } from './settings.ts';

/** What is kept of an event; everything else, personal data first, was dropped when it was parsed. */
export interface ResourceEvent {
  id: string;
  type: string;
  subject: string;
  /** Who did it. */
  caller?: { objectId?: string; appId?: string };
}

export type Received = { kind: 'woken'; key: string } | { kind: 'ignored'; reason: string };

/** A VM is made some seconds before its agent is ready: a look at once would find nothing to do yet. */
const untilAgentMs = 5_000;

const vmPattern = /\/providers\/Microsoft\.Compute\/virtualMachines\/([^/]+)(\/runCommands\/[^/]+)?$/i;

/**
 * Turns an event into a wake-up of the image definition that it concerns. Beside the subject only who changed an image
 * definition is kept, since nobody else can tell: what happened is looked up, since create and update share one event and events come late, twice, or never.
 */
export async function receiveEvent(
  ports: Pick<Ports, 'wakeUps' | 'clock'>,
  settings: Settings,
  event: ResourceEvent,
): Promise<Received> {
  const target = targetOf(settings, event.subject);
  if ('reason' in target) return { kind: 'ignored', reason: target.reason };
  const { objectId, appId } = event.caller ?? {};
  const by = target.readsDefinition ? (objectId ?? appId) : undefined;
  const cause = `event ${event.id}`;
  const wakeUp: WakeUp = { schema: wakeUpSchema, ...target, ...(by !== undefined && { by }), cause, retry: 0 };
  await ports.wakeUps.send(wakeUp, wakeUpId(wakeUp), dueOf(event, ports.clock.now()));
  return { kind: 'woken', key: wakeUp.key };
}

/** When to look, where that is not at once. */
function dueOf({ type, subject }: ResourceEvent, now: Instant): Instant | undefined {
  const [, vm, runCommand] = vmPattern.exec(subject) ?? [];
  const isMade = vm !== undefined && runCommand === undefined && type === 'Microsoft.Resources.ResourceWriteSuccess';
  return isMade ? addMs(now, untilAgentMs) : undefined;
}

function targetOf(
  settings: Settings,
  subject: string,
): Pick<WakeUp, 'key' | 'definition' | 'readsDefinition'> | { reason: string } {
  const vm = vmPattern.exec(subject)?.[1];
  if (vm !== undefined) {
    const key = definitionKeyOfVm(vm);
    return key === undefined ? { reason: `${vm} is not a smoke-test VM of this service` } : { key };
  }
  const image = parseImageId(subject);
  if (!image) return { reason: `the subject is not an image definition or image version: ${subject.slice(0, 300)}` };
  const { definition, version } = image;
  if (!isInCharge(settings, definition)) {
    return { reason: `gallery ${definition.gallery} is not in the charge of this instance` };
  }
  return { key: definitionKey(definition), definition, ...(version === undefined && { readsDefinition: true }) };
}
