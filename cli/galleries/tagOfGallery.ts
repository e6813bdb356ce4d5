import { z } from 'zod';
import { instanceTag, ownerOf } from '../../shared/domain/ownership.ts';
import type { Answer, Ask } from '../doctor/resourceManager.ts';
import { refusalOf } from '../doctor/resourceManager.ts';
import { CommandError, exitCodes } from '../exitCodes.ts';

const gallery = z.object({ tags: z.record(z.string(), z.string()).default({}) });

export function readGallery(ask: Ask, id: string): Promise<Answer> {
  return ask('GET', `${id}?api-version=2025-03-03`);
}

/** Whose the gallery is, by its tag; undefined for nobody's. */
export function ownerIn({ body }: Answer): string | undefined {
  return ownerOf(gallery.safeParse(body).data?.tags ?? {});
}

/** Sets the tag, unless the gallery is another instance's. */
export async function takeGallery(ask: Ask, id: string, instance: string): Promise<void> {
  const owner = await ownerOrThrow(ask, id);
  if (owner === instance) return;
  if (owner !== undefined) {
    const remedy = `imprimatur galleries remove ${id} --instance ${owner}`;
    throw new CommandError(
      `${id} is owned by the instance ${owner}; who operates it gives it up: ${remedy}`,
      exitCodes.refused,
    );
  }
  await change(ask, id, 'Merge', instance);
  await confirm(ask, id, instance);
}

/** Takes the tag away, if it is this instance's. */
export async function giveGalleryUp(ask: Ask, id: string, instance: string): Promise<void> {
  const owner = await ownerOrThrow(ask, id);
  if (owner === undefined) return;
  if (owner !== instance)
    throw new CommandError(`${id} is owned by the instance ${owner}, not ${instance}`, exitCodes.refused);
  await change(ask, id, 'Delete', instance);
  await confirm(ask, id, undefined);
}

async function ownerOrThrow(ask: Ask, id: string): Promise<string | undefined> {
  const answer = await readGallery(ask, id);
  if (answer.status === 200) return ownerIn(answer);
  throw refused(`${id} cannot be read`, answer);
}

/** One tag and no other: whatever else is written there meanwhile stays. */
async function change(ask: Ask, id: string, operation: 'Merge' | 'Delete', instance: string): Promise<void> {
  const answer = await ask('PATCH', `${id}/providers/Microsoft.Resources/tags/default?api-version=2021-04-01`, {
    operation,
    properties: { tags: { [instanceTag]: instance } },
  });
  // Azure may take its time: 202.
  if (answer.status !== 200 && answer.status !== 202) throw refused(`the tag of ${id} was not written`, answer);
}

/** Two who take a gallery at the same time: the later tag stays, and the earlier one hears of it here. */
async function confirm(ask: Ask, id: string, expected: string | undefined): Promise<void> {
  const owner = await ownerOrThrow(ask, id);
  if (owner === expected) return;
  throw new CommandError(`${id} is owned by ${owner ?? 'nobody'} when it is read back`, exitCodes.refused);
}

function refused(what: string, answer: Answer): CommandError {
  const why = refusalOf(answer);
  return new CommandError(`${what}: ${answer.status}${why ? ` ${why.code}: ${why.message}` : ''}`, exitCodes.refused);
}
