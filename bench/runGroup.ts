/** Measures one group and prints the outcome as JSON: what `npm run bench` starts for each of them. */
import { groups } from './groups.ts';
import type { NotMeasured } from './metric.ts';
import type { Outcome } from './runAll.ts';

const group = groups.find(({ name }) => name === process.argv[2]);
if (!group) throw new Error(`there is no group "${process.argv[2]}"`);
const { name } = group;
const say = (line: string) => console.error(`  ${line}`);
const notMeasured: NotMeasured[] = [];
const report = {
  say,
  notMeasured(part: string, reason: string) {
    say(`NOT MEASURED  ${part}: ${reason}`);
    notMeasured.push({ what: `${name}: ${part}`, reason });
  },
};
const metrics = await group.measure(report, { burst: Number(process.argv[3]) });
const outcome: Outcome = { metrics, notMeasured };
console.log(JSON.stringify(outcome));
