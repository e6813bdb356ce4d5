/** What the command exits with. */
export const exitCodes = {
  ok: 0,
  /** A check failed, or a file has problems. */
  failed: 1,
  /** Wrong arguments, or a file that cannot be read. */
  usage: 2,
  /** The service refused what was asked. */
  refused: 3,
  /** The service, or what it is signed in to with, cannot be reached. */
  outOfReach: 4,
  /** What was waited for has not come in the time given. */
  underWay: 5,
} as const;

/** Ends the command with a message and exit code 2. */
export class UsageError extends Error {}

/** Ends the command with a message and the code given. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}
