import { effectiveLatest } from '../../shared/domain/effectiveLatest.ts';
import { type Entry, firstBroken } from '../../shared/domain/entries.ts';
import type { Fact } from '../../shared/domain/facts.ts';
import { definitionKey, type ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Measure } from '../../shared/domain/measures.ts';
import type { RequestFact } from '../../shared/domain/requests.ts';
import { parseWakeUp } from '../../shared/domain/wakeUps.ts';
import type { Ports } from '../../shared/ports.ts';
import { acceptRequest } from '../../shared/workflow/acceptRequest.ts';
import { handleWakeUp } from '../../shared/workflow/handleWakeUp.ts';
import { receiveEvent } from '../../shared/workflow/receiveEvent.ts';
import type { Settings } from '../../shared/workflow/settings.ts';
import { sweep } from '../../shared/workflow/sweep.ts';
import { FakeDeliveries, FakeSecrets, FakeStorageQueues, FakeTeamMessages, FakeWebhooks } from './fakeDeliveries.ts';
import { FakeGalleries } from './fakeGalleries.ts';
import { FakeImageUses } from './fakeImageUses.ts';
import { FakeAnnouncements, FakeAuditIndexQueue, FakeTeamSubscriptions, FakeWakeUps } from './fakeServiceBus.ts';
import { type EventEnd, FakeSmokeTestVms, type Guest } from './fakeSmokeTestVms.ts';
import {
  FakeAuditLogs,
  FakeCheckFiles,
  FakeDayIndex,
  FakeDocuments,
  FakeEvidence,
  FakePolicyFile,
} from './fakeStorage.ts';
import { FakeTime } from './fakeTime.ts';

export const ubuntu: ImageDefinitionId = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image: 'ubuntu-2404',
};

export const enforce = `
version: 1
mode: enforce
smokeTest:
  vmSizes: [Standard_D2s_v5, Standard_D2as_v5]
  command:
    web is up: { exec: systemctl is-active nginx }
`;

/** How an event travels: `times` copies, each after its delay. The default is one, at once. */
export type Route = (subject: string) => number[];

/** Everything that the service touches, in memory and on one clock, with a delivery loop. */
export class World {
  readonly time = new FakeTime('2026-11-22T08:00:00.000Z');
  readonly wakeUps = new FakeWakeUps(this.time);
  readonly announcements = new FakeAnnouncements();
  readonly auditIndex = new FakeAuditIndexQueue();
  readonly auditLogs = new FakeAuditLogs();
  readonly dayIndex = new FakeDayIndex();
  readonly documents = new FakeDocuments();
  readonly teamSubscriptions = new FakeTeamSubscriptions();
  readonly teamMessages = new FakeTeamMessages();
  readonly deliveries = new FakeDeliveries();
  readonly webhooks = new FakeWebhooks();
  readonly storageQueues = new FakeStorageQueues();
  readonly secrets = new FakeSecrets();
  readonly imageUses = new FakeImageUses();
  readonly evidence = new FakeEvidence();
  readonly policyFile = new FakePolicyFile();
  readonly checkFiles = new FakeCheckFiles();
  readonly logged: string[] = [];
  readonly measured: Measure[] = [];
  readonly guests: Record<string, Guest> = {};
  readonly galleries: FakeGalleries;
  readonly smokeTestVms: FakeSmokeTestVms;
  readonly settings: Settings = {
    instance: 'blue',
    galleries: [ubuntu],
    takeChargeAt: '2026-11-22T07:59:00.000Z',
  };
  /** Versions that were visible in some region without a passed verdict, at any instant. */
  readonly exposed = new Set<string>();
  route: Route = () => [0];
  /** Lets a test wrap the ports, to fail or crash between any two calls. */
  wrap: (ports: Ports) => Ports = (ports) => ports;
  private events = 0;
  /** Of messages: how often a step threw. */
  failedDeliveries = 0;
  private ids = 0;
  private readonly pending: Promise<unknown>[] = [];
  private readonly parsed = new Map<string, { text: string; entries: Entry[] }>();

  constructor() {
    this.galleries = new FakeGalleries(this.time, (subject) => this.emit(subject));
    const emit = (subject: string, end?: EventEnd) => this.emit(subject, end);
    this.smokeTestVms = new FakeSmokeTestVms(this.time, this.evidence, (id) => this.guestOf(id), emit);
    this.policyFile.text = enforce;
    this.galleries.createDefinition(ubuntu);
    this.galleries.onChange = () => this.noteExposure();
  }

  get ports(): Ports {
    const note = (message: string) => void this.logged.push(message);
    return {
      clock: this.time,
      ids: { random: () => `append-${++this.ids}` },
      log: { info: note, warn: note, error: note },
      tracing: { within: (_, work) => work() },
      metrics: { note: (measures) => void this.measured.push(...measures) },
      galleries: this.galleries,
      imageUses: this.imageUses,
      smokeTestVms: this.smokeTestVms,
      auditLogs: this.auditLogs,
      documents: this.documents,
      evidence: this.evidence,
      wakeUps: this.wakeUps,
      announcements: this.announcements,
      auditIndex: this.auditIndex,
      dayIndex: this.dayIndex,
      policyFile: this.policyFile,
      teamSubscriptions: this.teamSubscriptions,
      teamMessages: this.teamMessages,
      deliveries: this.deliveries,
      webhooks: this.webhooks,
      storageQueues: this.storageQueues,
      secrets: this.secrets,
      checkFiles: this.checkFiles,
    };
  }

  /**
   * Delivers messages in the order of their instants, sweeping every five minutes, until the time is over or, with
   * sweeps, until one finds nothing while nothing is pending.
   */
  async run(options: { forMs?: number; sweeps?: boolean } = {}): Promise<void> {
    const endMs = this.time.nowMs + (options.forMs ?? 3 * 3_600_000);
    let nextSweepMs = this.time.nowMs + 300_000;
    for (let steps = 0; steps < 20_000; steps += 1) {
      await this.settleEvents();
      const message = this.wakeUps.messages.toSorted((a, b) => a.atMs - b.atMs)[0];
      const sweepMs = options.sweeps === false ? Number.POSITIVE_INFINITY : nextSweepMs;
      const nextMs = Math.min(
        message?.atMs ?? Number.POSITIVE_INFINITY,
        this.time.nextTimerMs() ?? Number.POSITIVE_INFINITY,
        sweepMs,
      );
      if (nextMs > endMs) {
        this.time.moveTo(endMs);
        return;
      }
      if (nextMs > this.time.nowMs) {
        this.time.moveTo(nextMs);
      } else if (message && message.atMs <= this.time.nowMs) {
        await this.deliver(message);
      } else if (sweepMs <= this.time.nowMs) {
        nextSweepMs += 300_000;
        const swept = await sweep(this.wrap(this.ports), this.settings).catch(() => undefined);
        const isQuiet = this.wakeUps.messages.length === 0 && this.time.nextTimerMs() === undefined;
        if (swept?.woken === 0 && isQuiet && options.forMs === undefined) return;
      } else {
        this.time.moveTo(nextMs);
      }
    }
    throw new Error('the world never comes to rest');
  }

  entriesOf(version: string): Entry[] {
    return this.allEntries().filter((entry) => {
      const first = this.parse(entry.log)[0]?.fact;
      return first?.type === 'versionDetected' && first.version === version;
    });
  }

  allEntries(): Entry[] {
    return [...this.auditLogs.blobs.keys()].flatMap((log) => this.parse(log));
  }

  types(version: string): Fact['type'][] {
    return this.entriesOf(version).map((entry) => entry.fact.type);
  }

  latest(of: ImageDefinitionId = ubuntu): Record<string, string> {
    const own = this.galleries.all().filter(({ definition }) => definitionKey(definition) === definitionKey(of));
    return effectiveLatest(own.map(({ version }) => version));
  }

  brokenChains(): string[] {
    return [...this.auditLogs.blobs.keys()].filter((log) => firstBroken(this.parse(log)) !== undefined);
  }

  openMarkers(): string[] {
    return [...this.documents.documents.keys()].filter((name) => name.startsWith('open/'));
  }

  /** What was announced of image versions, or of everything else too. */
  announced(of: 'imageVersion' | '' = 'imageVersion'): string[] {
    return [...this.announcements.onTopic.values()]
      .filter(({ type }) => type.startsWith(`imprimatur.${of}`))
      .map(({ type, properties }) => `${properties.version} ${type.split('.')[2]}`);
  }

  key(): string {
    return definitionKey(ubuntu);
  }

  /** As the HTTP API would accept it from an operator; returns what came of it. */
  async ask(
    fact: RequestFact,
    actor = 'operator-1',
    definition = ubuntu,
  ): Promise<{ outcome: string; reason: string }> {
    const id = `ask-${++this.ids}`;
    await acceptRequest(this.ports, { definition, id, actor, fact });
    await this.run({ forMs: 60_000 });
    const asked = this.allEntries().find(
      ({ cause, fact: { type } }) => cause === `request ${id}` && type === fact.type,
    );
    for (const { fact: done } of this.allEntries())
      if (done.type === 'requestDone' && done.request === asked?.id)
        return { outcome: done.outcome, reason: done.reason };
    throw new Error('nothing came of the request');
  }

  private async deliver(message: FakeWakeUps['messages'][number]): Promise<void> {
    message.deliveries += 1;
    try {
      await handleWakeUp(this.wrap(this.ports), this.settings, parseWakeUp(message.body), message.deliveries);
      this.wakeUps.messages.splice(this.wakeUps.messages.indexOf(message), 1);
    } catch (error) {
      this.failedDeliveries += 1;
      if (message.deliveries >= 10) throw new Error('a message reached the dead-letter queue', { cause: error });
      message.atMs = this.time.nowMs + 1_000;
    }
  }

  private emit(subject: string, end: EventEnd = 'WriteSuccess'): void {
    for (const delayMs of this.route(subject)) {
      const id = `event-${++this.events}`;
      this.time.after(delayMs, () => {
        const event = { id, type: `Microsoft.Resources.Resource${end}`, subject };
        this.pending.push(receiveEvent(this.ports, this.settings, event));
      });
    }
  }

  private async settleEvents(): Promise<void> {
    await Promise.all(this.pending.splice(0));
  }

  private guestOf(imageVersionId: string): Guest {
    const found = this.galleries.all().find(({ id }) => id === imageVersionId.toLowerCase());
    return this.guests[found?.version.sourceId ?? ''] ?? {};
  }

  private parse(log: string): Entry[] {
    const text = this.auditLogs.blobs.get(log) ?? '';
    const known = this.parsed.get(log);
    if (known?.text === text) return known.entries;
    const lines = text.split('\n').filter((line) => line !== '');
    const entries = lines.map((line) => JSON.parse(line) as Entry);
    this.parsed.set(log, { text, entries });
    return entries;
  }

  /** Invariant 1 after every write: what Azure would pick has a passed verdict of its own incarnation. */
  private noteExposure(): void {
    for (const [region, version] of Object.entries(this.latest())) {
      const seen = this.galleries.all().find((each) => each.version.version === version)?.version;
      if (!this.hasPassed(version, seen?.publishedDate)) this.exposed.add(`${version} in ${region}`);
    }
  }

  /** Whether this very creation of the number passed: its own smoke test, or a retest of it that counts. */
  private hasPassed(version: string, publishedDate: string | undefined): boolean {
    return this.allEntries().some(({ log, fact }) => {
      const first = this.parse(log)[0]?.fact;
      if (first?.type !== 'versionDetected' || first.version !== version) return false;
      if (first.identity.publishedDate !== publishedDate) return false;
      if (fact.type === 'retested')
        return fact.verdict === 'passed' && this.wasTested(log, fact.request, publishedDate);
      return fact.type === 'verdictReached' && fact.verdict === 'passed';
    });
  }

  private wasTested(log: string, test: string, publishedDate: string | undefined): boolean {
    const began = this.parse(log.replace(/[^/]*$/, test))[0]?.fact;
    return began?.type === 'testBegan' && began.identity.publishedDate === publishedDate;
  }
}
