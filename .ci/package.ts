/** Makes dist/, or the folder named, as it is deployed, and says how big it is and how long it takes to load. */
import { bundle } from './bundle.ts';
import { measurePackage } from './measurePackage.ts';

const [folder = 'dist'] = process.argv.slice(2);
await bundle(folder, { sourcemap: false });
const { files, bytes, compressedBytes, loadMilliseconds } = await measurePackage(folder, 5);
for (const file of files) console.log(`${file.name.padEnd(14)} ${size(file.bytes)}`);
console.log(`${files.length} files, ${size(bytes)}, compressed ${size(compressedBytes)}`);
console.log(`loads in ${Math.round(loadMilliseconds)} ms (median of 5, Node.js ${process.versions.node})`);

function size(count: number): string {
  return count < 10_000 ? `${count} bytes` : `${(count / 1_048_576).toFixed(2)} MiB`;
}
