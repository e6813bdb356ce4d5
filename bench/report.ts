/** Where a group of metrics says how far it is, and what it has to leave out. */
export interface Report {
  say(line: string): void;
  /** A part of the group is not known; its other figures are. */
  notMeasured(part: string, reason: string): void;
}

/** What a part resolves with; undefined where it fails, and then the report names it: the figures of others are not lost. */
export async function unlessItFails<T>(
  { notMeasured }: Report,
  part: string,
  measure: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await measure();
  } catch (error) {
    notMeasured(part, reasonOf(error));
    return undefined;
  }
}

/** In one line. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
