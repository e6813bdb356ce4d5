import { z } from 'zod';
import roles from '../../infra/roles.json' with { type: 'json' };
import { instanceTag, ownerOf, whyNotOurs } from '../../shared/domain/ownership.ts';
import { type Finding, missing, ok } from '../doctor/finding.ts';
import { covers, isFinding, readAnswer } from '../doctor/judge.ts';
import type { Answer } from '../doctor/resourceManager.ts';
import { ownerIn } from './tagOfGallery.ts';

const topics = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      tags: z.record(z.string(), z.string()).nullish(),
      properties: z.object({ source: z.string() }),
    }),
  ),
});
const eventSubscriptions = z.object({
  value: z.array(z.object({ name: z.string(), properties: z.object({ provisioningState: z.string().optional() }) })),
});
const roleDefinitions = z.object({
  value: z.array(
    z.object({
      id: z.string(),
      properties: z.object({ roleName: z.string(), permissions: z.array(z.object({ actions: z.array(z.string()) })) }),
    }),
  ),
});
const roleAssignments = z.object({
  value: z.array(z.object({ properties: z.object({ roleDefinitionId: z.string() }) })),
});

const deployAgain = 'name the gallery in IMPRIMATUR_GALLERIES and deploy: docs/deploy.md';

export function judgeTag(id: string, answer: Answer, instance: string): Finding {
  const subject = 'tag';
  if (answer.status === 404) return missing(subject, `${id} is not there`, 'check its resource id');
  const read = readAnswer(subject, answer, z.object({}));
  if (isFinding(read)) return read;
  const reason = whyNotOurs(ownerIn(answer), instance);
  if (reason === undefined) return ok(subject, `${instanceTag} names this instance, ${instance}`);
  return missing(subject, `${reason}; nothing is done in it`, `imprimatur galleries add ${id} --instance ${instance}`);
}

/** The system topic of the gallery's Azure subscription; a finding where it is not this instance's. */
export function findTopic(subscription: string, answer: Answer, instance: string): string | Finding {
  const read = readAnswer('events', answer, topics);
  if (isFinding(read)) return read;
  const topic = read.value.find(({ properties }) => properties.source.toLowerCase() === subscription.toLowerCase());
  if (!topic) return missing('events', `${subscription} has no system topic`, deployAgain);
  const owner = ownerOf(topic.tags ?? {});
  if (owner === instance) return topic.id;
  return missing(
    'events',
    `${topic.id} belongs to ${owner ?? 'nobody known'}`,
    'Azure has one for each source: docs/limits.md',
  );
}

export function judgeEvents(topic: string, answer: Answer): Finding {
  const read = readAnswer('events', answer, eventSubscriptions);
  if (isFinding(read)) return read;
  const found = read.value.find(({ name }) => name === 'imageEvents');
  const state = found?.properties.provisioningState;
  if (state === 'Succeeded') return ok('events', `they arrive by ${topic}`);
  const what = found ? `the event subscription imageEvents is ${state}` : 'there is no event subscription imageEvents';
  return missing('events', `${what} on ${topic}`, 'azd deploy, which makes it after the code');
}

/** The service's role is assigned at the gallery, and has every action that the service calls. */
export function judgeRole(definitions: Answer, assignments: Answer, instance: string): Finding {
  const { name, called } = roles.imageGallery;
  const known = readAnswer('rights', definitions, roleDefinitions);
  if (isFinding(known)) return known;
  const assigned = readAnswer('rights', assignments, roleAssignments);
  if (isFinding(assigned)) return assigned;
  const role = known.value.find(({ properties }) => properties.roleName.startsWith(`${name} (${instance},`));
  if (!role) return missing('rights', `there is no role "${name}" of ${instance}`, deployAgain);
  const actions = role.properties.permissions.flatMap((permission) => permission.actions);
  const lacking = called.filter((action) => !actions.some((pattern) => covers(pattern, action)));
  if (lacking.length > 0) return missing('rights', `the role lacks ${lacking.join(', ')}`, 'azd provision');
  const guid = role.id.slice(role.id.lastIndexOf('/') + 1).toLowerCase();
  const isAssigned = assigned.value.some(({ properties }) => properties.roleDefinitionId.toLowerCase().endsWith(guid));
  if (isAssigned) return ok('rights', `the service has the role "${name}"`);
  return missing('rights', `the role "${name}" is assigned to nobody here`, deployAgain);
}
