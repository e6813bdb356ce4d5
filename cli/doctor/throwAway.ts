import { z } from 'zod';
import { CommandError, exitCodes } from '../exitCodes.ts';
import { type Answer, type Ask, refusalOf } from './resourceManager.ts';

const versions = { compute: '2024-07-01', galleries: '2025-03-03', systemTopics: '2025-02-15' };
export const lookEveryMs = 10_000;
/** Replication "can take hours"; a probe in one region is given two. */
const patienceMs = 2 * 3_600_000;

const state = z.object({ properties: z.object({ provisioningState: z.string() }) });

/** Azure answered what the probe cannot go on with. */
export class ProbeError extends CommandError {
  constructor(message: string) {
    super(message, exitCodes.refused);
  }
}

export interface Waiting {
  ask: Ask;
  /** Milliseconds since 1970. */
  now(): number;
  wait(ms: number): Promise<void>;
  say(line: string): void;
}

/** Resources that exist for the length of a probe; `clear` deletes them all, the newest first. */
export class ThrowAway {
  private readonly made: string[] = [];
  private readonly waiting: Waiting;
  constructor(waiting: Waiting) {
    this.waiting = waiting;
  }

  send(method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', id: string, body?: object): Promise<Answer> {
    const kind = (['galleries', 'systemTopics'] as const).find((each) => id.includes(`/${each}`)) ?? 'compute';
    return this.waiting.ask(method, `${id}?api-version=${versions[kind]}`, body);
  }

  /** Asks for a resource and does not wait for it: it is deleted in the end whatever the answer was. */
  async begin(id: string, body: object): Promise<Answer> {
    this.waiting.say(`makes ${nameOf(id)}`);
    this.made.push(id);
    return this.send('PUT', id, body);
  }

  async make(id: string, body: object): Promise<void> {
    const answer = await this.begin(id, body);
    if (answer.status >= 300) throw new ProbeError(`Azure did not make ${nameOf(id)}: ${describeRefusal(answer)}`);
    await this.settled(id);
  }

  /** The resource once no operation runs on it any more; undefined when it is not there. */
  async settled(id: string): Promise<unknown> {
    for (let waited = 0; waited <= patienceMs; waited += lookEveryMs) {
      const answer = await this.send('GET', id);
      if (answer.status === 404) return undefined;
      const parsed = state.safeParse(answer.body);
      if (parsed.success && /^(Succeeded|Failed|Canceled)$/.test(parsed.data.properties.provisioningState))
        return answer.body;
      if (waited > 0 && waited % 60_000 === 0) this.waiting.say(`waits for ${nameOf(id)}, ${waited / 60_000} min`);
      await this.waiting.wait(lookEveryMs);
    }
    throw new ProbeError(`${nameOf(id)} was not ready within ${patienceMs / 3_600_000} hours`);
  }

  /** @returns ids of what is still there */
  async clear(): Promise<string[]> {
    const left: string[] = [];
    for (const id of this.made.splice(0).reverse()) {
      this.waiting.say(`deletes ${nameOf(id)}`);
      const gone = await this.remove(id).catch(() => false);
      if (!gone) left.push(id);
    }
    return left;
  }

  private async remove(id: string): Promise<boolean> {
    for (let waited = 0; waited <= patienceMs; waited += lookEveryMs) {
      const { status } = await this.send('GET', id);
      if (status === 404) return true;
      // Asked again and again: what is still being made, or still has children, refuses at first.
      await this.send('DELETE', id);
      await this.waiting.wait(lookEveryMs);
    }
    return false;
  }
}

export function describeRefusal(answer: Answer): string {
  const said = refusalOf(answer);
  return said ? `${answer.status} ${said.code}: ${said.message}` : `${answer.status}`;
}

const nameOf = (id: string) => id.split('/').slice(-2).join('/');
