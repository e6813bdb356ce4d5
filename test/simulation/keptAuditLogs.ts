import type { Entry } from '../../shared/domain/entries.ts';
import { FakeAuditLogs } from '../fakes/fakeStorage.ts';

/** Audit logs that give back the very entries that were appended: what is stored of them need not be read again. */
export class KeptAuditLogs extends FakeAuditLogs {
  override async append(log: string, entries: Entry[], position: number) {
    const before = this.entriesOf(log);
    const { length } = this.blobs.get(log) ?? '';
    const appended = await super.append(log, entries, position);
    // Not where it had landed before.
    if (appended !== 'conflict' && length === position) this.keep(log, [...before, ...entries]);
    return appended;
  }
}
