import { auditLogsContract } from '../contracts/auditLogsContract.ts';
import { documentsContract } from '../contracts/documentsContract.ts';
import { evidenceContract } from '../contracts/evidenceContract.ts';
import { FakeAuditLogs, FakeDocuments, FakeEvidence } from './fakeStorage.ts';

const evidence = new FakeEvidence();

auditLogsContract('in memory', () => new FakeAuditLogs());
documentsContract('in memory', () => new FakeDocuments());
evidenceContract(
  'in memory',
  () => evidence,
  async (path) => evidence.files.get(path),
);
