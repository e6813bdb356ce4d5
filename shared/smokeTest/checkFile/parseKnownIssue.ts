import type { KnownIssue, Place } from './checkFile.ts';
import { parseContent } from './parseContent.ts';
import { type Problems, shown } from './problems.ts';
import type { Value } from './yamlSource.ts';

/** `known-issue` in the `meta` of a check; everything else in there is the owner's own. */
export function parseKnownIssue(meta: Value, problems: Problems): KnownIssue | undefined {
  if (meta.kind !== 'map') {
    problems.add(meta.at, 'meta needs a map');
    return undefined;
  }
  let issue: KnownIssue | undefined;
  for (const { key, value, at } of meta.entries()) {
    if (key === 'known-issue') issue = readIssue(value, at, problems);
    else parseContent(value, problems);
  }
  return issue;
}

function readIssue(value: Value, at: Place, problems: Problems): KnownIssue | undefined {
  const fields = value.kind === 'map' ? value.entries() : [];
  for (const { key, at } of fields)
    if (key !== 'ticket' && key !== 'expires')
      problems.add(at, `a known issue has a ticket and an expiry, but no ${shown(key)}`);
  const ticket = textOf(fields.find(({ key }) => key === 'ticket')?.value);
  const expires = textOf(fields.find(({ key }) => key === 'expires')?.value);
  if (!ticket) problems.add(at, 'a known issue needs the ticket that it is followed up in');
  if (!expires || !isDay(expires))
    problems.add(
      at,
      `a known issue needs its last day, such as expires: 2026-12-01${expires ? `, not ${shown(expires)}` : ''}`,
    );
  return ticket && expires && isDay(expires) ? { ticket, expires } : undefined;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'scalar' && value.value !== null ? value.source.trim() : undefined;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
