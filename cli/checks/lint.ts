import type { Check } from '../../shared/smokeTest/checkFile/checkFile.ts';
import { checkName } from '../../shared/smokeTest/checkFile/checkName.ts';
import { parseCheckFile } from '../../shared/smokeTest/checkFile/parseCheckFile.ts';
import type { Problem } from '../../shared/smokeTest/checkFile/problems.ts';
import { worstCaseMs } from '../../shared/smokeTest/checkFile/worstCaseMs.ts';
import { unsupportedOnWindows } from '../../shared/smokeTest/factScript/powershell/unsupportedOnWindows.ts';
import { duration } from '../duration.ts';
import { readCheckFiles } from './readCheckFiles.ts';

interface LintReport {
  problems: Problem[];
  warnings: Problem[];
  files: string[];
  checks: number;
  skipped: number;
  assertions: number;
  worstCaseSeconds: number;
  summary: string;
}

/** @throws UsageError when the file cannot be read. */
export async function lint(file: string, os: 'linux' | 'windows' | undefined): Promise<LintReport> {
  const { main, files } = await readCheckFiles(file);
  const parsed = parseCheckFile(main, files);
  if (parsed.kind === 'invalid') {
    const { problems } = parsed;
    const summary = `${file}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}`;
    return {
      problems,
      warnings: [],
      files: [...files.keys()],
      checks: 0,
      skipped: 0,
      assertions: 0,
      worstCaseSeconds: 0,
      summary,
    };
  }
  const { checks } = parsed.file;
  const skipped = checks.filter(({ skip }) => skip).length;
  const assertions = checks.reduce((sum, check) => sum + check.assertions.length, 0);
  const worstCaseSeconds = Math.ceil(worstCaseMs(checks) / 1000);
  return {
    problems: [],
    warnings: [
      ...(skipped === checks.length
        ? [{ file: main, line: 1, message: 'every check is skipped: nothing would pass' }]
        : []),
      ...(os === 'windows' ? checks.flatMap(warnOfWindows) : []),
    ],
    files: Object.keys(parsed.sources),
    checks: checks.length,
    skipped,
    assertions,
    worstCaseSeconds,
    summary: `${file}: ${counted(checks.length, 'check')}${skipped > 0 ? ` (${skipped} skipped)` : ''}, ${counted(assertions, 'assertion')}, at worst ${duration(worstCaseSeconds)}`,
  };
}

function warnOfWindows(check: Check): Problem[] {
  const unsupported = check.skip ? [] : unsupportedOnWindows(check);
  if (unsupported.length === 0) return [];
  const what = unsupported[0] === check.type ? '' : ` ${unsupported.join(', ')} of`;
  return [{ ...check.at, message: `a Windows guest cannot be asked for${what} ${checkName(check)}` }];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
