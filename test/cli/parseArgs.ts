import { Command } from 'commander';

/** Runs commands in this process; what commander refuses is thrown, and printed nowhere. */
export async function parseArgs(add: (program: Command) => void, args: string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  add(program);
  await program.parseAsync(args, { from: 'user' });
}
