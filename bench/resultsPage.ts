import { readFileSync } from 'node:fs';
import { groups } from './groups.ts';
import { goalOf, type Metric, type Results, resultsSchema } from './metric.ts';

const head = `# Speed and cost

<!-- Generated from docs/benchmark.json by "npm run docs". -->

What \`npm run bench -- --json docs/benchmark.json\` measured. Everything runs on one machine: local Azure, its simulated
guests and the service share the processors, so compare the columns with each other, not with a data centre. Less is
better in every row, except where the goal says ≥: there the p95 is what 95 % reach. A rival is measured in the same run; a
goal is for the ratio where it says ×, else for the p95.
`;

/** What `npm run bench -- --json FILE` wrote. */
export function readResults(file: string): Results {
  return resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** docs/benchmark.md, of nothing but the results. */
export function resultsPage({ machine, date, again = [], metrics, notMeasured = [] }: Results): string {
  const sections = groups.map(({ name, about, conclusion }) => {
    const rows = metrics.filter((metric) => metric.name.startsWith(`${name}: `));
    const table = rows.length === 0 ? ['Not measured in this run.'] : tableOf(name, rows);
    const gaps = notMeasured.filter(({ what }) => what === name || what.startsWith(`${name}: `));
    const missing = gaps.flatMap(({ what, reason }) => ['', `Not measured: ${what} (${reason}).`]);
    const concluded = conclusion?.(rows);
    const end = concluded === undefined ? [] : ['', concluded];
    const anew = again.flatMap(({ group, date }) => (group === name ? ['', `Measured anew on ${day(date)}.`] : []));
    return [`## ${capital(name)}`, '', about, '', ...table, ...missing, ...end, ...anew, ''].join('\n');
  });
  return [head, `Measured on ${day(date)}: ${machine}.\n`, ...sections].join('\n');
}

function tableOf(group: string, metrics: Metric[]): string[] {
  const rows = metrics.map((metric) => {
    const { name, unit, median, p95, rival, ratio } = metric;
    const wanted = goalOf(metric);
    const goal = wanted === undefined ? '' : `${wanted.goal}${wanted.isReached ? '' : ', **missed**'}`;
    const compared = [rival ?? '', ratio === undefined ? '' : `× ${ratio}`];
    return `| ${[name.slice(group.length + 2), unit, median, p95, ...compared, goal].join(' | ')} |`;
  });
  return [
    '| what | unit | median | p95 | rival | ratio | goal |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

const day = (date: string) => date.slice(0, 10);
const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
