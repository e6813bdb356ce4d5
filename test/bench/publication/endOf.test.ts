import { expect, it } from 'vitest';
import { endOf } from '../../../bench/publication/endOf.ts';
import type { Publication } from '../../../bench/publication/publishAll.ts';

const entry = { at: new Date(150).toISOString(), fact: { type: 'vmGone' } };
const publication = { definition: 'd', entries: [entry] } as unknown as Publication;
const run = (name: string, from: number, to: number, ...messageIds: string[]) => ({ name, from, to, messageIds });
const sent = (id: string, sentAt: number) => ({ entity: 'audit-index', id, session: '', sentAt, dueAt: sentAt });
const step = run('publicationSteps', 100, 200, 'w');

it('is the end of the step that saw the VM gone, and of the indexing of what it wrote', () => {
  const messages = [sent('before', 90), sent('its', 180), sent('later', 260)];
  const indexing = [run('auditIndex', 95, 99, 'before'), run('auditIndex', 185, 230, 'its', 'x')];
  const later = run('auditIndex', 270, 300, 'later');

  expect(endOf(publication, { requests: [], messages, invocations: [step, ...indexing, later] })).toBe(230);
});

it('is not known before', () => {
  expect(endOf(publication, { requests: [], messages: [], invocations: [] })).toBeUndefined();
  expect(endOf(publication, { requests: [], messages: [sent('its', 180)], invocations: [step] })).toBeUndefined();
});
