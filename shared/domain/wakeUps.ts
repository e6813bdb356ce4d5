import * as z from 'zod';
import { definitionKey, shortHash } from './ids.ts';
import type { Instant } from './instant.ts';

/** The newest schema of wake-ups that this code understands. */
export const wakeUpSchema = 1;

/**
 * "Look at this image definition now." Carries no decision. `definition` is absent when only the key is known, as from
 * the name of a smoke-test VM. `readsDefinition` where the image definition itself, not one of its versions, may have
 * changed, `by` then is who changed it, as the event says: it is told, and nothing is decided on it. `dueAt` is set on timers: a timer that fires counts as due, whatever the clock says.
 */
const wakeUp = z
  .object({
    schema: z.literal(wakeUpSchema),
    key: z.string().regex(/^[0-9a-f]{20}$/),
    definition: z
      .object({ subscriptionId: z.string(), resourceGroup: z.string(), gallery: z.string(), image: z.string() })
      .exactOptional(),
    cause: z.string(),
    readsDefinition: z.literal(true).exactOptional(),
    by: z.guid().exactOptional(),
    dueAt: z.iso.datetime().exactOptional(),
    retry: z.number().int().nonnegative(),
  })
  .refine(
    ({ key, definition }) => !definition || definitionKey(definition) === key,
    'the key is of another definition',
  );
export type WakeUp = z.infer<typeof wakeUp>;

/** What a wake-up of any later schema keeps: enough to hand it on unread. */
const newerWakeUp = z.looseObject({
  schema: z.number().int().gt(wakeUpSchema),
  key: z.string(),
  retry: z.number().int(),
});
export type AnyWakeUp = WakeUp | z.infer<typeof newerWakeUp>;

export type ParsedWakeUp =
  | { kind: 'wakeUp'; wakeUp: WakeUp }
  | { kind: 'newer'; wakeUp: z.infer<typeof newerWakeUp> }
  | { kind: 'invalid'; reason: string };

export function parseWakeUp(input: unknown): ParsedWakeUp {
  const parsed = wakeUp.safeParse(input);
  if (parsed.success) return { kind: 'wakeUp', wakeUp: parsed.data };
  const newer = newerWakeUp.safeParse(input);
  return newer.success
    ? { kind: 'newer', wakeUp: newer.data }
    : { kind: 'invalid', reason: z.prettifyError(parsed.error) };
}

/** Message id of a wake-up: definition, cause and retry number. One cause wakes once, however often it is sent. */
export function wakeUpId({ key, cause, retry }: AnyWakeUp): string {
  return shortHash(40, key, String(cause), String(retry));
}

/** The one timer of a definition for an instant. */
export function timer(base: Pick<WakeUp, 'key' | 'definition'>, dueAt: Instant): WakeUp {
  return { schema: wakeUpSchema, ...base, cause: `timer ${dueAt}`, dueAt, retry: 0 };
}
