import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import { AdapterError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports.ts';
import { FakeGalleries } from '../fakes/fakeGalleries.ts';
import { type EventEnd, FakeSmokeTestVms, type Guest } from '../fakes/fakeSmokeTestVms.ts';
import type { FakeAuditLogs, FakeDocuments } from '../fakes/fakeStorage.ts';
import { World } from '../fakes/world.ts';
import { keyOf } from './definitions.ts';
import { KeptAuditLogs } from './keptAuditLogs.ts';
import { KeptDocuments } from './keptDocuments.ts';

/** The fakes of a world, with a gallery and VMs whose events and guests the simulation decides. */
export class SimulatedAzure {
  private readonly world = new World();
  readonly time = this.world.time;
  readonly wakeUps = this.world.wakeUps;
  readonly announcements = this.world.announcements;
  readonly auditIndex = this.world.auditIndex;
  readonly auditLogs: FakeAuditLogs;
  readonly documents: FakeDocuments;
  readonly evidence = this.world.evidence;
  readonly policyFile = this.world.policyFile;
  readonly galleries: FakeGalleries;
  readonly smokeTestVms: FakeSmokeTestVms;
  readonly ports: Ports;

  /** `guestOf` is asked when a VM is made; `emit` gets the subject of each event. */
  constructor(
    guestOf: (sourceId: string) => Guest,
    emit: (subject: string, end?: EventEnd) => void,
    readsBack: boolean,
  ) {
    this.auditLogs = readsBack ? this.world.auditLogs : new KeptAuditLogs();
    this.documents = readsBack ? this.world.documents : new KeptDocuments();
    this.galleries = new FakeGalleries(this.time, emit);
    const guestFor = (imageVersionId: string) => guestOf(this.sourceOf(imageVersionId));
    this.smokeTestVms = new FakeSmokeTestVms(this.time, this.evidence, guestFor, emit);
    const silent = () => {};
    this.ports = {
      ...this.world.ports,
      log: { info: silent, warn: silent, error: silent },
      auditLogs: this.auditLogs,
      documents: this.documents,
      galleries: this.galleries,
      smokeTestVms: this.smokeTestVms,
    };
  }

  versionsOf(definition: ImageDefinitionId) {
    const key = keyOf(definition);
    return this.galleries.all().filter((each) => keyOf(each.definition) === key);
  }

  private sourceOf(imageVersionId: string): string {
    const found = this.galleries.all().find(({ id }) => id === imageVersionId.toLowerCase());
    if (!found) {
      const details = { code: 'GalleryImageNotFound', retryable: false };
      throw new AdapterError(`${imageVersionId} does not exist`, details);
    }
    return found.version.sourceId ?? '';
  }
}
