import { parseAccept } from 'hono/utils/accept';

/**
 * The media type that a caller prefers of those on offer (RFC 9110, 12.5.1): what names a type more exactly counts, of
 * equals the first on offer, which is also for who says nothing. Undefined where none will do.
 */
export function preferredType(accept: string | undefined, offered: readonly string[]): string | undefined {
  if (accept === undefined) return offered[0];
  const ranges = new Map(parseAccept(accept).map(({ type, q }) => [type.toLowerCase(), q]));
  const quality = (type: string) => ranges.get(type) ?? ranges.get(`${type.split('/')[0]}/*`) ?? ranges.get('*/*') ?? 0;
  const best = Math.max(...offered.map(quality));
  return best > 0 ? offered.find((type) => quality(type) === best) : undefined;
}
