import { expect, test } from 'vitest';
import { nameOf } from '../../local/demo/narrator.ts';
import { stories, storyId } from '../../local/demo/stories.ts';
import { describeFact } from '../../shared/domain/describeFact.ts';
import { blocks, readPaper } from './markdown.ts';
import { sampleFacts } from './sampleFacts.ts';

const excerpt = (blocks(readPaper('README.md'), 'console')[0] ?? '').trimEnd().split('\n');
const names = stories.map((story) => literally(nameOf(storyId(story))));
const name = `(?:${names.join('|')})`;

/** What the narrator can say of a version, whatever the attempt, the verdict and the free text. */
const summaries = sampleFacts('<text>').map((fact) =>
  literally(describeFact(fact))
    .replaceAll('<text>', '.+')
    .replace('attempt 1', 'attempt \\d+')
    .replace(/answered: \d+ passed/, 'answered: \\d+ passed(?:, \\d+ did not simply pass)?')
    .replace(/starts again: .+/, 'starts again: [a-z ]+')
    .replace(/\bpassed$/, '(?:passed|failed|inconclusive)')
    .replace(/^smoke test passed/, 'smoke test (?:passed|failed|inconclusive)'),
);

const lines = new Map<string, string>([
  ['start', 'Starting local Azure and the app; all clocks run 10 times as fast\\.'],
  ['entry', `\\d\\d:\\d\\d:\\d\\d  ${name}  (?:${summaries.join('|')})`],
  ['team', ' {10}→ team (?:web|security): corpGallery/.+'],
  ['outcome', `${name}  (?:published|quarantined) +.+`],
  ['latest', 'latest of [\\w-]+: (?:\\d+\\.\\d+\\.\\d+ in \\w+(?:, )?)+'],
  ['left behind', 'left behind: 0 VMs, 0 network interfaces, 0 disks'],
  ['audit', 'audit trail: \\d+ entries, chain intact'],
  ['empty', ''],
]);
for (const story of stories) {
  const { image, version, told } = story;
  lines.set(`writes ${image} ${version}`, literally(`          an image pipeline writes ${image} ${version}: ${told}`));
}

test('every line of the excerpt is one that the demo can print', () => {
  const foreign = excerpt.filter((line) => ![...lines.values()].some((pattern) => matches(line, pattern)));

  expect(foreign).toEqual([]);
});

test('the excerpt leaves out no kind of line', () => {
  const missing = [...lines].filter(([, pattern]) => !excerpt.some((line) => matches(line, pattern)));

  expect(missing).toEqual([]);
});

test('the excerpt ends as the stories say', () => {
  for (const story of stories) {
    const outcome = excerpt.findLast((line) => line.startsWith(nameOf(storyId(story))));

    expect(outcome).toContain(`  ${story.expected} `);
  }
});

function matches(line: string, pattern: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(line);
}

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
