import type { Report } from './report.ts';
import { type Story, storyId } from './stories.ts';

/** What is not as the stories say; empty when all is well. */
export function judgeReport(report: Report, stories: Story[]): string[] {
  const problems: string[] = [];
  for (const story of stories) {
    const { image, version, expected, because = '' } = story;
    const seen = report.versions.find(({ id }) => id === storyId(story));
    if (seen?.outcome !== expected)
      problems.push(`${image} ${version}: expected ${expected}, is ${seen?.outcome ?? 'not seen'}`);
    else if (!seen.reason.includes(because))
      problems.push(`${image} ${version}: ${expected} for another reason than "${because}": ${seen.reason}`);
  }
  for (const [kind, number] of Object.entries(report.leftovers)) {
    if (number > 0) problems.push(`${number} ${kind} left behind`);
  }
  if (report.audit.chain !== 'intact') problems.push('the audit chain is broken');
  for (const [team, messages] of Object.entries(report.teams)) {
    if (new Set(messages.map(({ id }) => id)).size < messages.length)
      problems.push(`team ${team} received an announcement twice`);
    if (messages.length === 0) problems.push(`team ${team} received nothing`);
  }
  return problems;
}
