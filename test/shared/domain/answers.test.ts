import { describe, expect, it } from 'vitest';
import { summariseReport } from '../../../shared/domain/answers/reportSummary.ts';
import { fc } from '../../fastCheck.ts';

const suite = (cases: string) =>
  `<?xml version="1.0"?><testsuites><testsuite name="s">${cases}</testsuite></testsuites>`;
const sarif = (...results: object[]) =>
  JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'trivy' } }, results }] });

describe('a JUnit report', () => {
  it.each([
    ['<testcase name="a"/>', true, '1 passed, 0 failed, 0 skipped'],
    [
      '<testcase name="a"/><testcase name="b"><failure message="no"/></testcase>',
      false,
      '1 passed, 1 failed, 0 skipped',
    ],
    ['<testcase name="a"><error/></testcase>', false, '0 passed, 1 failed, 0 skipped'],
    ['<testcase name="a"><skipped/></testcase>', false, '0 passed, 0 failed, 1 skipped'],
  ])('%s', (cases, passed, counts) => {
    expect(summariseReport('junit', suite(cases))).toEqual({ kind: 'read', passed, says: `JUnit: ${counts}` });
  });

  it.each(['', 'ok', '{}', suite(''), '<a>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])(
    '%j shows nothing',
    (content) => {
      expect(summariseReport('junit', content)).toMatchObject({ kind: 'unreadable' });
    },
  );

  it('says what its cases are, not what its suites claim', () => {
    const claim = '<testsuite tests="9" failures="0"><testcase><failure/></testcase></testsuite>';

    expect(summariseReport('junit', claim)).toMatchObject({ passed: false });
  });
});

describe('a SARIF report', () => {
  it.each([
    [[], true, '0 errors, 0 warnings, 0 notes'],
    [[{ level: 'error' }, {}], false, '1 errors, 1 warnings, 0 notes'],
    [
      [{ level: 'error', suppressions: [{ kind: 'external' }] }, { level: 'note' }],
      true,
      '0 errors, 0 warnings, 1 notes',
    ],
    [[{ level: 'error', kind: 'pass' }], true, '0 errors, 0 warnings, 0 notes'],
  ])('%j', (results, passed, counts) => {
    expect(summariseReport('sarif', sarif(...results))).toEqual({
      kind: 'read',
      passed,
      says: `SARIF of trivy: ${counts}`,
    });
  });

  it.each(['', '[]', '{"version":"2.1.0","runs":[]}', '{"version":"1.0","runs":[]}'])('%j shows nothing', (content) => {
    expect(summariseReport('sarif', content)).toMatchObject({ kind: 'unreadable' });
  });
});

it('any text is read or unreadable, never a defect', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.string().map(suite),
    fc.json().map((json) => sarif({ level: json })),
  );
  fc.assert(
    fc.property(fc.constantFrom('junit' as const, 'sarif' as const), text, (format, content) => {
      expect(['read', 'unreadable']).toContain(summariseReport(format, content).kind);
    }),
  );
});
