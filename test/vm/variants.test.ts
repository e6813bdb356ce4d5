import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { judgeReport } from '../../local/demo/judgeReport.ts';
import { qemuStories } from '../../local/demo/qemuStories.ts';
import type { Report } from '../../local/demo/report.ts';
import { runDemo } from '../../local/demo/runDemo.ts';
import { shows } from '../../local/demo/shows.ts';
import { storyId } from '../../local/demo/stories.ts';
import { testTimes } from '../../local/demo/testTimes.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { prepareVms } from '../../local/stack/vms.ts';
import { startTestStack } from '../e2e/testStack.ts';
import { furtherStories } from './furtherStories.ts';

const isPossible = inject('builtImagesDir') !== undefined;
/** Emulated guests need minutes; `npm run test:vm:all` boots each fault in both images. */
const isAll = process.env.VMS === 'all';
const stories = isAll ? [...qemuStories, ...furtherStories] : qemuStories;
const { teams, policyFile, speed } = shows.qemu;
const limitMs = shows.qemu.limitMs * (isAll ? 2 : 1);

describe.skipIf(!isPossible)('image versions in virtual machines of QEMU', () => {
  let stack: Stack | undefined;
  let report: Report;

  beforeAll(async () => {
    const vms = await prepareVms('qemu', console.log);
    stack = await startTestStack('vm-variants', { vms, teams, policyFile, speed });
    report = await runDemo(stack, { stories, teams, limitMs, print: console.log });
    for (const line of testTimes(report, speed)) console.log(line);
  }, 2 * limitMs);
  afterAll(() => stack?.stop(), 60_000);

  test.each(stories.map((story) => [story.guest, story.expected, story] as const))(
    '%s is %s, for its own reason',
    (_, expected, { because = '', ...story }) => {
      const version = report.versions.find(({ id }) => id === storyId(story));

      expect(version).toMatchObject({ outcome: expected, reason: expect.stringContaining(because) });
    },
  );

  test('leave nothing behind, and a trail that verifies', () => {
    expect(judgeReport(report, stories)).toEqual([]);
  });
});
