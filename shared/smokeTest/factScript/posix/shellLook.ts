/** `s` text of one line, `n` number, `b` boolean, `l` list; `t` text of many lines, which is kept in a file. */
export type FactKind = 's' | 'n' | 'b' | 'l' | 't';

/** How one type of check is looked at by a shell, and what it can tell. */
export interface ShellLook {
  /** What may be set, each as a shell variable of that name (`request-headers` is `request_headers`). */
  settings: string[];
  attributes: Record<string, FactKind>;
  /** Beyond the time of the check, for a look that keeps to it by itself: to it, time being up is an answer. */
  graceSeconds?: number;
  /**
   * Defines the function `look`, which notes what it finds (see core.ts). `$wanted` names the attributes asked for,
   * `$seconds` is the time of the check.
   */
  source: string;
}
