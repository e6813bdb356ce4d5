import { summariseReport } from '../../shared/domain/answers/reportSummary.ts';
import { judgeChecks } from '../../shared/smokeTest/checkFile/judgeChecks.ts';
import { parseCheckFile } from '../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { readAnswer } from '../../shared/smokeTest/factScript/readAnswer.ts';
import { findFatal, lastWords, scanSerialLog } from '../../shared/smokeTest/serialLog.ts';
import { fc } from '../fastCheck.ts';
import { border, nearlyText } from './border.ts';

const file = `command:
  one: { exec: "true", exit-status: 0, stdout: [a] }
service:
  two: { running: true, enabled: true }
`;
const parsed = parseCheckFile('main.yaml', new Map([['main.yaml', file]]));
if (parsed.kind === 'invalid') throw new Error('the check file of the fuzz test has a mistake');
const { file: checkFile } = parsed;
const answer = `imprimatur-begin n1
boot 6f1c-1 8123 456
s =v!t
r 2 3
d 2.1 bfalse
d 1.2 shel~
cut 1
imprimatur-end n1 4
`;
const full = `imprimatur-facts n1
f 1.1 = n0
f 1.2 v shello%0A
f 2.1 ! bfalse
f 2.2 t
imprimatur-facts-end n1 4
`;
const serialLog = `Linux version 6.8
[FAILED] Failed to start walinuxagent.service - Azure Linux Agent.
Kernel panic - not syncing: VFS
login: `;
const junit = '<testsuite><testcase name="a"/><testcase name="b"><failure>x</failure></testcase></testsuite>';
const sarif =
  '{"version":"2.1.0","runs":[{"tool":{"driver":{"rules":[{"id":"r"}]}},"results":[{"ruleId":"r","level":"error"}]}]}';

export const guestBorders = [
  border({
    name: 'answers of guests',
    inputs: fc.tuple(nearlyText(answer), fc.option(nearlyText(full), { nil: undefined })),
    take: ([output, whole]) => {
      const read = readAnswer(checkFile.checks, 'n1', output, whole);
      if (read.kind !== 'complete') return;
      const answers = read.facts.map((facts, index) => ({ facts, tries: read.tries[index] ?? 1 }));
      judgeChecks(checkFile, answers, '2026-11-22T08:00:00.000Z');
    },
  }),
  border({
    name: 'serial logs',
    inputs: nearlyText(serialLog),
    take: (log) => [scanSerialLog(log), findFatal(log), lastWords(log)],
  }),
  border({
    name: 'reports of teams',
    inputs: fc.tuple(fc.constantFrom('junit', 'sarif'), fc.oneof(nearlyText(junit), nearlyText(sarif))),
    take: ([format, content]) => summariseReport(format, content),
  }),
];
