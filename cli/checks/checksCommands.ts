import type { Command } from 'commander';
import { historyCommand } from './historyCommand.ts';
import { lintCommand } from './lintCommand.ts';
import { runCommand } from './runCommand.ts';

/** `imprimatur checks …`. */
export function checksCommands(checks: Command): void {
  lintCommand(checks);
  runCommand(checks);
  historyCommand(checks);
}
