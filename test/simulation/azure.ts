import { definitionResourceId, type ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { Ports } from '../../shared/ports.ts';
import { FakeGalleries } from '../fakes/fakeGalleries.ts';
import { FakeAnnouncements, FakeAuditIndexQueue, FakeWakeUps } from '../fakes/fakeServiceBus.ts';
import { FakeSmokeTestVms, type Guest } from '../fakes/fakeSmokeTestVms.ts';
import { FakeAuditLogs, FakeDocuments, FakeEvidence, FakePolicyFile } from '../fakes/fakeStorage.ts';
import { FakeTime } from '../fakes/fakeTime.ts';
import { World } from '../fakes/world.ts';

/** Everything that the service touches, in memory and on one clock. */
export class SimulatedAzure {
  readonly time = new FakeTime('2026-11-22T08:00:00.000Z');
  readonly wakeUps = new FakeWakeUps(this.time);
  readonly announcements = new FakeAnnouncements();
  readonly auditIndex = new FakeAuditIndexQueue();
  readonly auditLogs = new FakeAuditLogs();
  readonly documents = new FakeDocuments();
  readonly evidence = new FakeEvidence();
  readonly policyFile = new FakePolicyFile();
  readonly galleries: FakeGalleries;
  readonly smokeTestVms: FakeSmokeTestVms;
  readonly ports: Ports;
  private ids = 0;

  /** `guestOf` is asked when a VM is made; `emit` gets the subject of each event. */
  constructor(guestOf: (sourceId: string) => Guest, emit: (subject: string) => void) {
    this.galleries = new FakeGalleries(this.time, emit);
    const guestFor = (imageVersionId: string) => guestOf(this.sourceOf(imageVersionId));
    this.smokeTestVms = new FakeSmokeTestVms(this.time, this.evidence, guestFor, emit);
    const silent = () => {};
    this.ports = {
      ...new World().ports,
      clock: this.time,
      ids: { random: () => `append-${++this.ids}` },
      log: { info: silent, warn: silent, error: silent },
      galleries: this.galleries,
      smokeTestVms: this.smokeTestVms,
      auditLogs: this.auditLogs,
      documents: this.documents,
      evidence: this.evidence,
      wakeUps: this.wakeUps,
      announcements: this.announcements,
      auditIndex: this.auditIndex,
      policyFile: this.policyFile,
    };
  }

  versionsOf(definition: ImageDefinitionId) {
    const id = definitionResourceId(definition).toLowerCase();
    return this.galleries.all().filter((each) => definitionResourceId(each.definition).toLowerCase() === id);
  }

  private sourceOf(imageVersionId: string): string {
    const found = this.galleries.all().find(({ id }) => id === imageVersionId.toLowerCase());
    return found?.version.sourceId ?? '';
  }
}
