import * as z from 'zod';
import { type Announcement, sentAgain } from '../../domain/announcements/announcement.ts';
import { announcementsOf } from '../../domain/announcements/announcementsOf.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Ports } from '../../ports.ts';

/** Of one replay; who wants more asks again, from the last one on. */
const most = 1_000;
const auditEntry = z.object({ auditEntry: z.object({ log: z.string(), id: z.string() }) });

/** As it was announced, to one team alone. */
function toTeam(announcement: Announcement, team: string, cause: string): Announcement {
  return sentAgain({ ...announcement, properties: { ...announcement.properties, team } }, team, cause);
}

/** The announcement that a message carried, made anew of its audit entry; undefined where there is no such entry. */
export async function announcementOfData(
  { auditLogs }: Pick<Ports, 'auditLogs'>,
  data: unknown,
): Promise<Announcement | undefined> {
  const parsed = auditEntry.safeParse(data);
  if (!parsed.success) return undefined;
  const { log, id } = parsed.data.auditEntry;
  return announcementsOf((await auditLogs.read(log)).entries, 0).find((announcement) => announcement.id === id);
}

/** Sends again, to one team, what was announced since an instant; its own filter chooses among that. */
export async function sendSince(
  ports: Pick<Ports, 'auditLogs' | 'announcements'>,
  team: string,
  since: Instant,
  cause: string,
): Promise<{ sent: number; until?: Instant }> {
  const logs = (await ports.auditLogs.list('', since)).filter((log) => !log.startsWith('teams/'));
  const found: Announcement[] = [];
  for (const log of logs) {
    const announcements = announcementsOf((await ports.auditLogs.read(log)).entries, 0);
    found.push(...announcements.filter(({ time }) => time >= since));
  }
  found.sort((a, b) => (a.time < b.time ? -1 : 1));
  const chosen = found.slice(0, most);
  await sendAgain(ports, chosen, team, cause);
  const last = chosen.at(-1);
  return { sent: chosen.length, ...(found.length > most && last && { until: last.time }) };
}

export async function sendAgain(
  { announcements }: Pick<Ports, 'announcements'>,
  chosen: Announcement[],
  team: string,
  cause: string,
): Promise<void> {
  if (chosen.length > 0) await announcements.send(chosen.map((announcement) => toTeam(announcement, team, cause)));
}
