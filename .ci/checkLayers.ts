import { checkLayers } from './layers.ts';

const { files, problems } = await checkLayers(process.cwd());
for (const problem of problems) console.error(problem);
console.log(`layers: ${files} files checked, ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);
