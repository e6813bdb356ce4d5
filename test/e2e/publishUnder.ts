import { ServiceBusClient } from '@azure/service-bus';
import { expect, vi } from 'vitest';
import { judgeReport } from '../../local/demo/judgeReport.ts';
import type { Report } from '../../local/demo/report.ts';
import { runDemo } from '../../local/demo/runDemo.ts';
import { type Story, stories, storyId } from '../../local/demo/stories.ts';
import type { Version } from '../../local/stack/apiClient.ts';
import { serviceBusConnectionString } from '../../local/stack/endpoints.ts';
import type { Stack } from '../../local/stack/startStack.ts';
import type { Announcement } from '../../shared/domain/announcements/announcement.ts';
import { announcedByLogs } from './announcedByLogs.ts';
import type { DeliveredTeams } from './deliveredTeams.ts';
import { everything, threeTeams } from './testStack.ts';

/** Something that happens to the stack as soon as an entry of this type is seen. */
export interface Incident {
  when: string;
  what(): Promise<void>;
}

/** Publishes the three stories under the incidents, and expects what the stories say, as if nothing had happened. */
export async function publishUnder(
  stack: Stack,
  incidents: Incident[],
  { patch = 0, delivered }: { patch?: number; delivered?: DeliveredTeams } = {},
): Promise<Report> {
  const told = stories.map((story) => ({ ...story, version: `1.${patch}.${story.version.slice(-1)}` }));
  const pending = [...incidents];
  const onLook = async (versions: Version[]) => {
    const types = versions
      .filter(({ id }) => told.some((story) => storyId(story) === id))
      .flatMap(({ entries }) => entries);
    // All whose moment has come: by the next look everything may have come to its end.
    const isDue = ({ when }: Incident) => types.some(({ type }) => type === when);
    for (let next = pending.find(isDue); next; next = pending.find(isDue)) {
      pending.splice(pending.indexOf(next), 1);
      await next.what();
    }
  };
  const print = process.env.VERBOSE ? console.log : () => undefined;

  const report = await runDemo(stack, { stories: told, teams: [], limitMs: 120_000, print, onLook });

  expect(judgeReport(report, told)).toEqual([]);
  expect(pending.map(({ when }) => when)).toEqual([]);
  await expectOnce(stack, told);
  await expectAllTold(stack, delivered);
  return report;
}

/** What is killed may come back, and send what was left, long after the story has ended: longer still on a busy machine. */
const patient = { timeout: 160_000, interval: 500 };

/** Each fact about each version stands on the topic once: never a second id for one fact. */
async function expectOnce(stack: Stack, told: Story[]): Promise<void> {
  const expected = told.map((story) => `imprimatur.imageVersion.${story.expected}.v1 ${storyId(story)}`);
  const facts = await vi.waitFor(async () => {
    const seen = await peekTopic(stack);
    expect(seen).toEqual(expect.arrayContaining(expected));
    return seen;
  }, patient);
  expect(facts.length).toBe(new Set(facts).size);
}

/** Every fact of the logs that is announced has come to each team that wants it, under the id of its entry: into subscriptions once. */
async function expectAllTold(stack: Stack, delivered: DeliveredTeams | undefined): Promise<void> {
  await vi.waitFor(async () => {
    const facts = await announcedByLogs(stack);
    const wanted: Record<string, Announcement[]> = {
      everything: facts,
      published: facts.filter(({ type }) => type.startsWith('imprimatur.imageVersion.published.')),
      warned: facts.filter(({ properties }) => properties.severity !== 'info'),
    };
    expect(facts.length).toBeGreaterThan(0);
    for (const { team } of threeTeams)
      expect((await idsOf(stack, team)).sort()).toEqual((wanted[team] ?? []).map(({ id }) => id).sort());
    await delivered?.expectTold();
  }, patient);
}

async function idsOf({ endpoints }: Stack, team: string): Promise<string[]> {
  const client = new ServiceBusClient(serviceBusConnectionString(endpoints));
  try {
    const messages = await client.createReceiver('image-versions', team).peekMessages(1_000);
    return messages.map(({ applicationProperties }) => String(applicationProperties?.['cloudEvents:id']));
  } finally {
    await client.close();
  }
}

/** What stands on the topic, by a team that wants everything and takes nothing. */
async function peekTopic({ endpoints }: Stack): Promise<string[]> {
  const client = new ServiceBusClient(serviceBusConnectionString(endpoints));
  try {
    const messages = await client.createReceiver('image-versions', everything.team).peekMessages(1_000);
    return messages.map(({ applicationProperties: properties, body }) => {
      const fact = `${properties?.['cloudEvents:type']} ${properties?.['cloudEvents:subject']}`;
      // A smoke test starts and ends once for each attempt.
      return body.attempt === undefined ? fact : `${fact} ${body.attempt}`;
    });
  } finally {
    await client.close();
  }
}
