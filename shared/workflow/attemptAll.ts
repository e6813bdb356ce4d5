import { AdapterError } from '../errors.ts';
import type { Ports } from '../ports.ts';

/** What is done, named as in the log line of its problem. */
export type Part = [subject: string, act: () => Promise<void>];

/** Does every part whatever becomes of the others, and returns the problems of those that failed. */
export async function attemptAll(ports: Ports, parts: Part[]): Promise<AdapterError[]> {
  const problems: AdapterError[] = [];
  for (const [subject, act] of parts) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      ports.log.warn(`sweep, ${subject}: ${error.message}`, { code: error.code });
      problems.push(error);
    }
  }
  return problems;
}
