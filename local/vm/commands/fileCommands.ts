import { createHash } from 'node:crypto';
import { type Command, latin1FromBytes, type ResolvedCommandContext } from 'just-bash';
import type { GuestSystem } from '../guestSystem.ts';
import { fail, guestCommand, type Output, parseOptions } from './guestCommand.ts';
import { blocksOf } from './storageCommands.ts';

/** What the shell library's own `stat` does not know (links, owners), and a checksum that it lacks. */
export function fileCommands(system: GuestSystem): Command[] {
  return [guestCommand('stat', (args, context) => stat(system, args, context)), guestCommand('sha512sum', sha512sum)];
}

/** `stat -c FORMAT FILE`, as coreutils, and `stat -f -c '%b %f' FILE`. All files belong to root. */
async function stat(system: GuestSystem, args: string[], context: ResolvedCommandContext): Promise<Output> {
  const { options, operands } = parseOptions(args, ['c', 'format']);
  const format = options.get('c') ?? options.get('format');
  if (format === undefined) return context.origCommand ? context.origCommand(args) : fail('stat: not available', 127);
  const { fs, cwd } = context;
  const output = { stdout: '', stderr: '', exitCode: 0 };
  for (const operand of operands) {
    const path = fs.resolvePath(cwd, operand);
    const found = await (options.has('L') ? fs.stat(path) : fs.lstat(path)).catch(() => undefined);
    if (!found) {
      output.stderr += `stat: cannot statx '${operand}': No such file or directory\n`;
      output.exitCode = 1;
      continue;
    }
    const type = found.isSymbolicLink ? 'symbolic link' : found.isDirectory ? 'directory' : 'regular file';
    const fields: Record<string, string | number> = options.has('f')
      ? blocksOf(system, path)
      : {
          a: (found.mode & 0o7777).toString(8),
          s: found.size,
          u: 0,
          g: 0,
          U: 'root',
          G: 'root',
          F: type === 'regular file' && found.size === 0 ? 'regular empty file' : type,
          n: operand,
          Y: Math.floor(found.mtime.getTime() / 1000),
        };
    output.stdout += `${format.replace(/%([a-zA-Z])/g, (_, letter: string) => String(fields[letter] ?? '?'))}\n`;
  }
  return output;
}

async function sha512sum(args: string[], { fs, cwd, stdin }: ResolvedCommandContext): Promise<Output> {
  const hash = (content: Uint8Array) => createHash('sha512').update(content).digest('hex');
  if (args.length === 0) return { stdout: `${hash(Buffer.from(latin1FromBytes(stdin), 'latin1'))}  -\n` };
  const output = { stdout: '', stderr: '', exitCode: 0 };
  for (const name of args) {
    const content = await fs.readFileBuffer(fs.resolvePath(cwd, name)).catch(() => undefined);
    if (content) output.stdout += `${hash(content)}  ${name}\n`;
    else {
      output.stderr += `sha512sum: ${name}: No such file or directory\n`;
      output.exitCode = 1;
    }
  }
  return output;
}
