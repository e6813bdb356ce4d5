import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';

export type ReportFormat = 'junit' | 'sarif';

/** What a report comes to. One without a single passed test, or rule that was applied, shows nothing. */
export type ReportSummary = { kind: 'read'; passed: boolean; says: string } | { kind: 'unreadable'; reason: string };

export function summariseReport(format: ReportFormat, content: string): ReportSummary {
  try {
    return format === 'junit' ? junit(content) : sarif(content);
  } catch (error) {
    return { kind: 'unreadable', reason: error instanceof Error ? error.message.slice(0, 200) : 'it cannot be parsed' };
  }
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: false });
const mostDepth = 20;

/** The test cases themselves are counted: what the suites say of them is only said. */
function junit(content: string): ReportSummary {
  const root: unknown = parser.parse(content, true);
  const tests = casesIn(root, 0);
  if (tests.length === 0) return { kind: 'unreadable', reason: 'it is no JUnit report, or has no test case' };
  const failed = tests.filter((test) => 'failure' in test || 'error' in test).length;
  const skipped = tests.filter((test) => 'skipped' in test && !('failure' in test || 'error' in test)).length;
  const passed = tests.length - failed - skipped;
  const says = `JUnit: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  return { kind: 'read', passed: failed === 0 && passed > 0, says };
}

function casesIn(node: unknown, depth: number): object[] {
  if (Array.isArray(node)) return node.flatMap((each) => casesIn(each, depth));
  if (typeof node !== 'object' || node === null || depth > mostDepth) return [];
  return Object.entries(node).flatMap(([name, value]: [string, unknown]) => {
    if (name !== 'testcase') return casesIn(value, depth + 1);
    return (Array.isArray(value) ? value : [value]).map((each: unknown) =>
      typeof each === 'object' && each !== null ? each : {},
    );
  });
}

const level = z.enum(['none', 'note', 'warning', 'error']);
const sarifLog = z.object({
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.object({
        tool: z.object({ driver: z.object({ name: z.string() }) }),
        results: z.array(
          z.object({
            level: level.default('warning'),
            kind: z.string().default('fail'),
            suppressions: z.array(z.unknown()).default([]),
          }),
        ),
      }),
    )
    .min(1),
});

/** Errors fail it; a result that was suppressed, or that says `pass`, counts for nothing. */
function sarif(content: string): ReportSummary {
  const parsed = sarifLog.safeParse(JSON.parse(content));
  if (!parsed.success) return { kind: 'unreadable', reason: `it is no SARIF 2.1.0: ${z.prettifyError(parsed.error)}` };
  const results = parsed.data.runs.flatMap((run) => run.results);
  const counted = results.filter(({ kind, suppressions }) => kind === 'fail' && suppressions.length === 0);
  const of = (wanted: z.infer<typeof level>) => counted.filter((result) => result.level === wanted).length;
  const tools = [...new Set(parsed.data.runs.map(({ tool }) => tool.driver.name.slice(0, 50)))].join(', ');
  const says = `SARIF of ${tools}: ${of('error')} errors, ${of('warning')} warnings, ${of('note')} notes`;
  return { kind: 'read', passed: of('error') === 0, says };
}
