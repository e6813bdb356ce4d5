import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultPage } from '../../.ci/faultPage.ts';

describe('docs/smoke-test-faults.md', () => {
  let page: string;
  beforeAll(async () => {
    page = await faultPage();
  }, 120_000);

  /** Fault, verdict and reason of each row below a heading. */
  const rowsOf = (title: string) =>
    (page.split('## ').find((section) => section.startsWith(title)) ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '')));

  it('is what the workflow comes to today; else `npm run docs`', () => {
    expect(readFileSync('docs/smoke-test-faults.md', 'utf8')).toBe(page);
  });

  it('blames every broken image, each with its own reason', () => {
    const rows = rowsOf('The image is broken');

    expect(rows.length).toBeGreaterThanOrEqual(7);
    expect(rows.map(([, verdict]) => verdict)).toEqual(rows.map(() => '**failed**'));
    expect(new Set(rows.map(([, , reason]) => reason)).size).toBe(rows.length);
  });

  it.each([
    ['The guest answers oddly', ''],
    ['The check may be at fault', 'check file'],
  ])('passes nothing that is told in part (%s)', (title, which) => {
    const odd = rowsOf(title).filter(([fault]) => fault?.includes(which));

    expect(odd.length).toBeGreaterThanOrEqual(3);
    expect(odd.filter(([, verdict]) => verdict === '**passed**')).toEqual([]);
  });

  it('blames no image for Azure', () => {
    const blamed = rowsOf('Azure has a bad day').filter(([, verdict]) => verdict === '**failed**');

    // Twice, in two VMs, is what an image looks like that cannot be provisioned.
    expect(blamed.map(([fault]) => fault)).toEqual(['OSProvisioningTimedOut, twice']);
  });
});
