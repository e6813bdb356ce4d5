import { z } from '@hono/zod-openapi';
import { ProblemError } from './problem.ts';

/** How long a page is; `all` is everything in one answer. */
export const pageLimit = (description: string) =>
  z
    .union([z.literal('all'), z.coerce.number().int().min(1).max(10_000)])
    .default(1_000)
    .openapi({ description, type: ['string', 'integer'], default: 1_000 });

export const nextCursor = z.string().optional().openapi({ description: 'For the next page; absent on the last.' });

/** What a question that is answered in pages takes. */
export const pageQuery = {
  limit: pageLimit('How many of a page. `all` is everything in one answer, without a cursor.'),
  cursor: z
    .string()
    .max(1_000)
    .regex(/^[\w-]+$/)
    .optional()
    .openapi({ description: 'From the answer before.' }),
};

export interface PageAsked {
  limit: number | 'all';
  cursor?: string | undefined;
}

/**
 * One page of what has a key each, in the order of the keys. The cursor is the key of the last one before, so that what
 * comes or goes between two pages neither repeats nor hides another.
 */
export function pageOf<T>(
  items: T[],
  keyOf: (item: T) => string,
  { limit, cursor }: PageAsked,
): { items: T[]; next?: string } {
  const after = keyOfCursor(cursor) ?? '';
  const left = items.filter((item) => keyOf(item) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (limit === 'all') {
    if (cursor !== undefined) throw new ProblemError(400, 'what is answered whole has no cursor');
    return { items: left };
  }
  const page = left.slice(0, limit);
  const last = page.at(-1);
  if (last === undefined || left.length === page.length) return { items: page };
  return { items: page, next: Buffer.from(keyOf(last)).toString('base64url') };
}

/** The key that a cursor stands for. */
export function keyOfCursor(cursor: string | undefined): string | undefined {
  return cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
}
