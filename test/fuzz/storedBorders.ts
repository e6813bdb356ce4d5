import { parseEntries } from '../../shared/azure/parseEntries.ts';
import { announcementsOf } from '../../shared/domain/announcements/announcementsOf.ts';
import { emptyHead, firstBroken, sealEntries } from '../../shared/domain/entries.ts';
import { parsePolicy, policyFor } from '../../shared/domain/policyFile.ts';
import { vmLives } from '../../shared/domain/vmLives.ts';
import { parseCheckFile } from '../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { readMarker } from '../../shared/workflow/openMarker.ts';
import { readDocument } from '../../shared/workflow/readDocument.ts';
import { listSlots } from '../../shared/workflow/slots.ts';
import { FakeDocuments } from '../fakes/fakeStorage.ts';
import { enforce, ubuntu } from '../fakes/world.ts';
import { fc } from '../fastCheck.ts';
import { border, nearly, nearlyText } from './border.ts';

const at = '2026-11-22T08:00:00.000Z';
const policy = `${enforce}slots: { perRegion: 2 }
release: { rings: [{ regions: [westeurope], soakHours: 2 }, {}] }
rules:
  - match: { image: ubuntu-* }
    mode: test
`;
const checks = `command:
  uname -r: { exit-status: 0, stdout: [/^6/, "!5"], timeout: 5000 }
file:
  /etc/passwd: { exists: true, mode: "0644", contents: { and: [root, { not: { match-regexp: x } }] } }
`;
const log = sealEntries(
  'definitions/k',
  emptyHead,
  [
    { type: 'definitionDetected', imageDefinitionId: 'i', takenInChargeAt: at },
    { type: 'latestChanged', region: 'westeurope', version: '1.0.0', previous: null },
  ],
  { actor: 'service', cause: 'c', appendId: 'a', at },
)
  .map((entry) => `${JSON.stringify(entry)}\n`)
  .join('');
const documents = {
  'open/k': { schema: 1, definition: ubuntu, cursors: { 'definitions/k': { announced: 1, indexed: 1 } } },
  'slots/westeurope': { slots: [{ vmName: 'v', key: 'k', takenAt: at }], waiters: [] },
  'budget/vms': { schema: 1, vms: { e: { from: at, expiresAt: at } }, days: { '2026-11-22': 5 }, closedAt: at },
};

export const storedBorders = [
  border({
    name: 'policy file',
    inputs: nearlyText(policy),
    take: (text) => {
      const parsed = parsePolicy(text);
      if (parsed.kind === 'policy') policyFor(parsed.policy, ubuntu);
    },
  }),
  border({
    name: 'check file',
    inputs: nearlyText(checks),
    take: (text) => parseCheckFile('main.yaml', new Map([['main.yaml', text]])),
  }),
  border({
    name: 'blobs of logs',
    inputs: nearlyText(log),
    take: (text) => {
      const entries = parseEntries('definitions/k', text);
      if (firstBroken(entries) === undefined) announcementsOf(entries, 0);
    },
  }),
  border({
    name: 'documents of the service',
    inputs: fc.record(Object.fromEntries(Object.entries(documents).map(([name, value]) => [name, nearly(value)]))),
    take: async (values) => {
      const kept = new FakeDocuments();
      for (const [name, value] of Object.entries(values))
        kept.documents.set(name, { text: JSON.stringify(value) ?? 'null', etag: '"1"' });
      for (const look of [
        () => readMarker(kept, 'k'),
        () => listSlots({ documents: kept }),
        () => readDocument(kept, 'budget/vms', vmLives),
      ])
        await refusable(look);
    },
  }),
];

/** One that is refused does not spare the next. */
async function refusable(look: () => Promise<unknown>): Promise<void> {
  await look().catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'AdapterError')) throw error;
  });
}
