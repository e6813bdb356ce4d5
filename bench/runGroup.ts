/** Measures one group and prints its metrics as JSON: what `npm run bench` starts for each of them. */
import { groups } from './groups.ts';

const group = groups.find(({ name }) => name === process.argv[2]);
if (!group) throw new Error(`there is no group "${process.argv[2]}"`);
const metrics = await group.measure((line) => console.error(`  ${line}`), { burst: Number(process.argv[3]) });
console.log(JSON.stringify(metrics));
