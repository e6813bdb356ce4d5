import type { Report } from '../../local/demo/report.ts';
import { storyId } from '../../local/demo/stories.ts';
import { expectedLatest, type PlannedVersion } from './plan.ts';

/** What is not as it has to be once everything has come to its end; empty when all is well. */
export function judge(
  planned: PlannedVersion[],
  { versions, latest, leftovers, audit }: Pick<Report, 'versions' | 'latest' | 'leftovers' | 'audit'>,
  told: { announced: string[]; received: string[] },
): string[] {
  const problems: string[] = [];
  const known = new Map(versions.map((version) => [version.id, version]));
  for (const one of planned) {
    const { outcome = 'not seen', reason, entries } = known.get(storyId(one)) ?? {};
    const isRight = one.guest === 'healthy' ? rightForHealthy : rightForBroken;
    const last = entries?.at(-1);
    const why = [reason, last && `last ${last.type} at ${last.at}`].filter(Boolean).join('; ');
    if (!isRight.includes(outcome))
      problems.push(`${one.image} ${one.version}, ${one.guest}, is ${outcome}${why && `: ${why}`}`);
  }
  const latestOf = new Map(Object.entries(latest).map(([id, of]) => [id.slice(id.lastIndexOf('/') + 1), of]));
  for (const [image, version] of expectedLatest(planned))
    for (const [region, is] of Object.entries(latestOf.get(image) ?? { everywhere: 'none' }))
      if (is !== version) problems.push(`latest of ${image} in ${region} is ${is}, not ${version}`);
  for (const [kind, number] of Object.entries(leftovers))
    if (number > 0) problems.push(`${number} ${kind} left behind`);
  if (audit.chain !== 'intact') problems.push('the audit chain is broken');
  return [...problems, ...compare(told)];
}

/** A newer one that passed stops what is older, whatever that is worth. */
const rightForHealthy = ['published', 'superseded'];
const rightForBroken = ['quarantined', 'superseded'];

function compare({ announced, received }: { announced: string[]; received: string[] }): string[] {
  const seen = new Set(received);
  const missing = announced.filter((id) => !seen.has(id));
  return [
    ...(missing.length > 0 ? [`${missing.length} announcements lost: ${missing.slice(0, 3).join(', ')}`] : []),
    ...(seen.size < received.length ? [`${received.length - seen.size} announcements doubled`] : []),
    ...(seen.size > announced.length ? [`${seen.size - announced.length} announcements of no entry`] : []),
  ];
}
