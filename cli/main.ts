/** The `imprimatur` command; started by imprimatur.cjs. */
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addCommands } from './commandGroups.ts';
import { CommandError, exitCodes, UsageError } from './exitCodes.ts';

const program = new Command('imprimatur')
  .description('No image version is published before it has been examined.')
  .version(packageJson.version)
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 all is well; 1 checks failed, a file has problems, or something is missing; 2 wrong usage; 3 the service refused; 4 it is out of reach; 5 what --wait waits for has not come in time.',
  );

// Who reads on no further, as `head` does, has what it wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await addCommands(program, process.argv[2]);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  else if (error instanceof UsageError) {
    console.error(`error: ${error.message}`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof CommandError) {
    console.error(`error: ${error.message}`);
    process.exitCode = error.exitCode;
  } else throw error;
}
