/** Milliseconds that a response asks to wait: Retry-After in seconds or as a date, or Azure's forms in milliseconds. */
export function readRetryAfter(headers: { get(name: string): string | undefined } | undefined): number | undefined {
  const exact = headers?.get('retry-after-ms') ?? headers?.get('x-ms-retry-after-ms');
  if (exact !== undefined && /^\d+$/.test(exact)) return Number(exact);
  const text = headers?.get('retry-after');
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - Date.now());
}
