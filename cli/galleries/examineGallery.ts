import { z } from 'zod';
import { parseGalleryId } from '../../shared/domain/ids.ts';
import { policyFor, type RuledPolicy } from '../../shared/domain/policyFile.ts';
import { type Finding, ok } from '../doctor/finding.ts';
import { isFinding, readAnswer } from '../doctor/judge.ts';
import type { Answer, Ask } from '../doctor/resourceManager.ts';
import { findTopic, judgeEvents, judgeRole, judgeTag } from './judgeGalleries.ts';
import { readGallery } from './tagOfGallery.ts';

const images = z.object({ value: z.array(z.object({ name: z.string() })) });

/** Whether a gallery is this instance's and has all that the instance needs to look after it; changes nothing. */
export async function examineGallery(
  ask: Ask,
  id: string,
  { instance, policy }: { instance: string; policy?: RuledPolicy },
): Promise<Finding[]> {
  const gallery = await readGallery(ask, id);
  const tag = judgeTag(id, gallery, instance);
  if (gallery.status !== 200) return [tag];
  const subscription = id.split('/').slice(0, 3).join('/');
  const custom = encodeURIComponent("type eq 'CustomRole'");
  const [definitions, assignments] = await Promise.all([
    ask(
      'GET',
      `${subscription}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=${custom}`,
    ),
    ask('GET', `${id}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()`),
  ]);
  const findings = [tag, await eventsOf(ask, subscription, instance), judgeRole(definitions, assignments, instance)];
  if (policy) findings.push(judgePolicy(id, await ask('GET', `${id}/images?api-version=2025-03-03`), policy));
  return findings;
}

async function eventsOf(ask: Ask, subscription: string, instance: string): Promise<Finding> {
  const path = `${subscription}/providers/Microsoft.EventGrid/systemTopics?api-version=2025-02-15`;
  const topic = findTopic(subscription, await ask('GET', path), instance);
  if (typeof topic !== 'string') return topic;
  return judgeEvents(topic, await ask('GET', `${topic}/eventSubscriptions?api-version=2025-02-15`));
}

function judgePolicy(id: string, answer: Answer, policy: RuledPolicy): Finding {
  const read = readAnswer('policy', answer, images);
  const gallery = parseGalleryId(id);
  if (isFinding(read)) return read;
  const modes = read.value.flatMap(({ name }) =>
    gallery ? [`${name}: ${policyFor(policy, { ...gallery, image: name }).policy.mode}`] : [],
  );
  return ok('policy', modes.join(', ') || 'the gallery has no image definitions');
}
