import { CommandError, exitCodes } from '../exitCodes.ts';
import { type Adopted, nextToTakeIn } from './takeInPlan.ts';

export interface TakingIn {
  list(): Promise<Adopted[]>;
  /** Asks for one version, by its resource id; throws where the service refuses it. */
  ask(id: string): Promise<unknown>;
  /** Until some may have been tested. */
  wait(): Promise<unknown>;
  tell(line: string): void;
}

export interface TakenIn {
  asked: string[];
  refused: { id: string; reason: string }[];
}

/**
 * Until nothing is left to ask for. What is asked for goes on when this is stopped, and is not asked for again. A version
 * that is refused, such as one of a gallery of another instance, does not keep the others from being tested.
 */
export async function takeInAll(
  { list, ask, wait, tell }: TakingIn,
  { atOnce, atMost }: { atOnce: number; atMost: number },
): Promise<TakenIn> {
  const asked = new Set<string>();
  const refused = new Map<string, string>();
  for (;;) {
    const adopted = (await list()).filter(({ id }) => !refused.has(id));
    const next = nextToTakeIn(adopted, asked, atOnce).slice(0, atMost - asked.size);
    for (const id of next) {
      const reason = await refusalOf(ask, id);
      if (reason === undefined) {
        asked.add(id);
        tell(`to be tested: ${id}`);
      } else refused.set(id, reason);
    }
    const isLeft = adopted.some(({ id, failed }) => !failed && !asked.has(id) && !refused.has(id));
    if (!isLeft || asked.size >= atMost)
      return { asked: [...asked], refused: [...refused].map(([id, reason]) => ({ id, reason })) };
    if (next.every((id) => !refused.has(id))) await wait();
  }
}

async function refusalOf(ask: TakingIn['ask'], id: string): Promise<string | undefined> {
  try {
    await ask(id);
    return undefined;
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCodes.refused) return error.message;
    throw error;
  }
}

/** One line for each gallery and reason, however many versions it has. */
export function describeRefused(refused: TakenIn['refused']): string[] {
  const counts = new Map<string, number>();
  for (const { id, reason } of refused) {
    const line = `in ${galleryOf(id)}: ${reason}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${count} refused ${line}`);
}

function galleryOf(id: string): string {
  return /\/galleries\/([^/]+)/i.exec(id)?.[1] ?? id;
}
