import type { Report } from './report.ts';
import { type Story, storyId } from './stories.ts';

/** What is not as the stories say; empty when all is well. */
export function judgeReport(report: Report, stories: Story[]): string[] {
  const problems: string[] = [];
  for (const story of stories) {
    const outcome = report.versions.find(({ id }) => id === storyId(story))?.outcome ?? 'not seen';
    if (outcome !== story.expected)
      problems.push(`${story.image} ${story.version}: expected ${story.expected}, is ${outcome}`);
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
