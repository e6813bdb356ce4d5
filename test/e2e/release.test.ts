import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playRelease } from '../../local/demo/releaseStory.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import { startTestStack } from './testStack.ts';

const policyFile = 'local/policy.release.yaml';

/** What the narrator says, in this order; each line stands behind what had to be so first. */
const story = [
  '1.0.0 is latest in the first ring',
  '1.0.0 is latest in the second ring, after the soak',
  '1.0.1 is latest in the first ring',
  'an operator asks for veto: it leaks memory',
  'the veto halts it: the second ring stays at 1.0.0',
  'an operator asks for rollback: it leaks memory',
  '1.0.0 is latest everywhere',
  'an operator asks for expedite: memory leak in production',
  '1.0.2 is latest everywhere, without soak',
  'a newer version has its place: it gets an end of life',
  'its end of life has come: it is out of latest',
  'retention is a preview: nothing is deleted',
  'nor is what was rolled back',
  'the owner of the policy writes "enforce" into its retention',
  'it is deleted, and its audit trail stays',
  'so is what was rolled back',
];

let stack: Stack;
beforeAll(async () => {
  stack = await startTestStack('release', { policyFile });
}, 180_000);
afterAll(() => stack?.stop());

test('rings soak, a veto halts, a rollback leads back, a fix skips the soak, and what is old is retired and deleted', async () => {
  const lines: string[] = [];

  await playRelease(stack, { speed: 10, policyFile, print: (line) => void lines.push(line) });

  const plain = lines.map((line) => stripVTControlCharacters(line).trim());
  expect(plain.filter((line) => story.includes(line))).toEqual(story);
  expect(plain).toContain('latest in westeurope: 1.0.1 → 1.0.0');
  expect(plain).toContainEqual(
    expect.stringMatching(
      /^the first ring soaked for 1[0-9]{2} s, which are 1[0-9] s here; the policy asks for 108 s$/,
    ),
  );
  // Between the preview and the policy that says "enforce" nothing is deleted.
  const first = (what: string) => plain.findIndex((line) => line.includes(what));
  expect(first('would be deleted')).toBeGreaterThan(0);
  expect(first('deleted by retention')).toBeGreaterThan(first('writes "enforce" into its retention'));
}, 240_000);
