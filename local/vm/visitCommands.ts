import type { CommandNode } from 'just-bash';

/** Shows every command of a parsed script, the innermost first. */
export function visitCommands(value: unknown, see: (node: CommandNode) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const child of Object.values(value)) visitCommands(child, see);
  if ('type' in value) see(value as CommandNode);
}
