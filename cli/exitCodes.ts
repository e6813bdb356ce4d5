/** What the command exits with. */
export const exitCodes = {
  ok: 0,
  /** A check failed, or a file has problems. */
  failed: 1,
  /** Wrong arguments, or a file that cannot be read. */
  usage: 2,
} as const;

/** Ends the command with a message and exit code 2. */
export class UsageError extends Error {}
