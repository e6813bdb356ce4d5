import type { Command, ResolvedCommandContext } from 'just-bash';
import type { KnownScripts } from '../knownScripts.ts';
import { guestCommand, type Output } from './guestCommand.ts';

/** `sh` and `bash` of the library, which read a script that they know only once. */
export function shells(known: KnownScripts): Command[] {
  return ['sh', 'bash'].map((name) => guestCommand(name, (args, context) => run(known, args, context)));
}

async function run(known: KnownScripts, args: string[], context: ResolvedCommandContext): Promise<Output> {
  const { origCommand } = context;
  if (!origCommand) throw new Error('the library has no shell');
  const [first = '', ...others] = args;
  if (first === '-c' && others[0] !== undefined)
    return origCommand(['-c', known.nameOf(others[0]), ...others.slice(1)]);
  const script = first === '' || first.startsWith('-') ? undefined : await readScript(first, context);
  return origCommand(script === undefined ? args : ['-c', known.nameOf(script), ...args]);
}

function readScript(file: string, { fs, cwd }: ResolvedCommandContext): Promise<string | undefined> {
  return fs.readFile(fs.resolvePath(cwd, file)).catch(() => undefined);
}
