import { setTimeout as wait } from 'node:timers/promises';
import { apiClient, type Version } from '../stack/apiClient.ts';
import { listenTeam, type TeamMessage } from '../stack/listenTeam.ts';
import { publishVersion } from '../stack/publishVersion.ts';
import type { Stack } from '../stack/startStack.ts';
import type { TeamSubscription } from '../stack/teamSubscriptions.ts';
import { Narrator, paint } from './narrator.ts';
import { buildReport, type Report } from './report.ts';
import { type Story, storyId } from './stories.ts';

export interface DemoOptions {
  stories: Story[];
  teams: TeamSubscription[];
  limitMs: number;
  print(line: string): void;
  /** Called with what each look found. */
  onLook?(versions: Version[]): Promise<void>;
}

const lookEveryMs = 250;
const quietMs = 500;

/** Publishes the stories' versions and watches until each has come to its end and every VM is gone, or time is up. */
export async function runDemo(
  { endpoints }: Pick<Stack, 'endpoints'>,
  { stories, teams, limitMs, print, onLook }: DemoOptions,
): Promise<Report> {
  const received = new Map<string, TeamMessage[]>(teams.map(({ team }) => [team, []]));
  const listeners = teams.map(({ team }) =>
    listenTeam(endpoints, team, (message) => {
      received.get(team)?.push(message);
      print(`          ${paint('yellow', `→ team ${team}:`)} ${message.summary}`);
    }),
  );
  const api = apiClient(endpoints);
  try {
    for (const { image, version, guest, told } of stories) {
      print(`${paint('dim', '        ')}  an image pipeline writes ${image} ${version}: ${told}`);
      await publishVersion(endpoints, image, version, guest);
    }
    await watch(new Narrator(api, print), stories, limitMs, onLook);
    await untilTold(received, limitMs);
    return await buildReport(endpoints, api, received);
  } finally {
    for (const listener of listeners) await listener.stop();
  }
}

async function watch(
  narrator: Narrator,
  stories: Story[],
  limitMs: number,
  onLook: DemoOptions['onLook'],
): Promise<void> {
  const limit = performance.now() + limitMs;
  while (performance.now() < limit) {
    // A service that is being restarted does not answer; the next look finds it again.
    const versions = await narrator.look().catch(() => []);
    await onLook?.(versions);
    const finished = stories.every((story) => {
      const version = versions.find(({ id }) => id === storyId(story));
      const launched = version?.entries.filter(({ type }) => type === 'launchIntended').length;
      const gone = version?.entries.filter(({ type }) => type === 'vmGone').length;
      return version !== undefined && version.outcome !== 'open' && launched === gone;
    });
    if (finished) return;
    await wait(lookEveryMs);
  }
}

/**
 * An entry is durable before it is announced: the teams hear of the end a moment after the log knows it. Until each has
 * heard something, or time is up, and then until nothing more comes.
 */
async function untilTold(received: Map<string, TeamMessage[]>, limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs;
  const isSomebodyUntold = () => [...received.values()].some((messages) => messages.length === 0);
  while (isSomebodyUntold() && performance.now() < limit) await wait(lookEveryMs);
  const count = () => [...received.values()].flat().length;
  for (let before = -1; before !== count(); await wait(quietMs)) before = count();
}
