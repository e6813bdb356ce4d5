/** The `imprimatur` command; started by imprimatur.cjs. */
import { Command, CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { auditCommands } from './audit/auditCommands.ts';
import { historyCommand } from './checks/historyCommand.ts';
import { lintCommand } from './checks/lintCommand.ts';
import { runCommand } from './checks/runCommand.ts';
import { doctorCommand } from './doctor/doctorCommand.ts';
import { CommandError, exitCodes, UsageError } from './exitCodes.ts';
import { galleriesCommands } from './galleries/galleriesCommands.ts';
import { imageCommands } from './images/imageCommands.ts';
import { policyCommands } from './policy/policyCommands.ts';
import { requestCommands } from './requests/requestCommands.ts';
import { testCommand } from './smokeTests/testCommand.ts';
import { whyCommand } from './smokeTests/whyCommand.ts';
import { takeInCommand } from './takeIn/takeInCommand.ts';
import { teamsCommands } from './teams/teamsCommands.ts';

const program = new Command('imprimatur')
  .description('No image version is published before it has been examined.')
  .version(packageJson.version)
  .exitOverride()
  .addHelpText(
    'after',
    '\nExit codes: 0 all is well; 1 checks failed, a file has problems, or something is missing; 2 wrong usage; 3 the service refused; 4 it is out of reach; 5 what --wait waits for has not come in time.',
  );

imageCommands(program);
requestCommands(program);
policyCommands(program.command('policy').description('The policy file: what holds for which image.'));
auditCommands(
  program.command('audit').description('Who did what, when and why, and whether that is still what was written.'),
);
galleriesCommands(program.command('galleries').description('The galleries that an instance owns (docs/deploy.md).'));
takeInCommand(program);
whyCommand(program);
testCommand(program);
teamsCommands(
  program.command('teams').description('Who hears of what: subscriptions of the topic (docs/subscribe.md).'),
);

const checks = program
  .command('checks')
  .description('Check files: what is asserted of a VM that was launched from an image version (docs/check-files.md).');
lintCommand(checks);
runCommand(checks);
historyCommand(checks);
doctorCommand(program);

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
