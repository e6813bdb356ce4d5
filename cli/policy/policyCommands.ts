import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { groupWarnings } from '../../shared/domain/groupWarnings.ts';
import { describeProblem } from '../../shared/domain/parseYaml.ts';
import { matches, parsePolicy, policyFor, type RuledPolicy } from '../../shared/domain/policyFile.ts';
import { exitCodes, UsageError } from '../exitCodes.ts';
import { printJson } from '../printTable.ts';
import { style } from '../style.ts';

/** `imprimatur policy check` and `policy explain`; neither needs Azure. */
export function policyCommands(policy: Command): void {
  policy
    .command('check')
    .description(
      'Says whether a policy file can be used, with line and column of every mistake, and of groups that are not published as they look.',
    )
    .argument('<file>', 'policy file (YAML)')
    .option('--json', 'print the outcome as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const text = await read(file);
      const parsed = parsePolicy(text);
      const problems = parsed.kind === 'invalid' ? parsed.problems : [];
      const warnings = parsed.kind === 'policy' ? groupWarnings(text, parsed.policy) : [];
      if (options.json) printJson({ problems, warnings });
      else {
        for (const problem of problems) console.log(`${file}: ${style('red', describeProblem(problem))}`);
        for (const warning of warnings)
          console.log(`${file}: ${style('yellow', 'warning')}: ${describeProblem(warning)}`);
      }
      if (parsed.kind === 'policy' && !options.json)
        console.log(`${file}: valid, ${counted(parsed.policy.rules.length, 'rule')}`);
      process.exitCode = problems.length > 0 ? exitCodes.failed : exitCodes.ok;
    });
  policy
    .command('explain')
    .description('Says which rule holds for an image definition, and what it comes to.')
    .argument('<file>', 'policy file (YAML)')
    .requiredOption('--image <gallery/image>', 'names of the gallery and of the image definition')
    .option('--json', 'print the outcome as JSON')
    .action(async (file: string, options: { image: string; json?: boolean }) => {
      const [gallery, image, ...more] = options.image.split('/');
      if (!gallery || !image || more.length > 0) throw new UsageError('--image takes GALLERY/IMAGE');
      const parsed = parsePolicy(await read(file));
      if (parsed.kind === 'invalid')
        throw new UsageError(`${file} cannot be used: ${parsed.problems.map(describeProblem).join('; ')}`);
      explain(parsed.policy, { gallery, image }, options.json === true);
    });
}

function explain(policy: RuledPolicy, image: { gallery: string; image: string }, json: boolean): void {
  const tried = policy.rules.map(({ name, match }) => ({ name, match, isMatch: matches(match, image) }));
  const at = tried.findIndex(({ isMatch }) => isMatch);
  const { policy: holds, group, hash } = policyFor(policy, { subscriptionId: '', resourceGroup: '', ...image });
  const rule = tried[at];
  if (json) {
    printJson({ rule: rule?.name ?? null, ...(group && { group }), hash, policy: holds });
    return;
  }
  for (const { name, match } of tried.slice(0, at < 0 ? undefined : at))
    console.log(`rule ${name} does not match: gallery ${match.gallery}, image ${match.image}`);
  console.log(
    rule
      ? `rule ${style('bold', rule.name)} holds, the first that matches: gallery ${rule.match.gallery}, image ${rule.match.image}`
      : `no rule matches: the ${style('bold', 'defaults')} of the file hold`,
  );
  if (group) console.log(`published all or none with ${group.mates.join(', ')}: group ${style('bold', group.name)}`);
  console.log(JSON.stringify(holds, null, 2));
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
