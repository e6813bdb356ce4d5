import { type Announcement, announcementSource } from './announcements.ts';
import type { Entry } from './entries.ts';
import type { FactOf } from './facts.ts';

type PolicyFact = FactOf<'policyAccepted'> | FactOf<'policyRefused'>;

/** The last word of the instance's log about the policy file. */
export function lastPolicyEntry(entries: Entry[]): { entry: Entry; fact: PolicyFact } | undefined {
  for (const entry of entries.toReversed()) {
    const { fact } = entry;
    if (fact.type === 'policyAccepted' || fact.type === 'policyRefused') return { entry, fact };
  }
  return undefined;
}

/** A policy file that is refused concerns everybody, and so does its repair; one that was changed does not. */
export function policyAnnouncement({ entry, fact }: { entry: Entry; fact: PolicyFact }): Announcement | undefined {
  if (fact.type === 'policyAccepted' && !fact.repaired) return undefined;
  const type = fact.type === 'policyAccepted' ? 'imprimatur.policy.accepted.v1' : 'imprimatur.policy.refused.v1';
  const summary =
    fact.type === 'policyAccepted'
      ? 'the policy file is valid again and in force'
      : `the policy file is refused, the last good one stays in force: ${fact.problems[0] ?? ''}`;
  return {
    id: entry.id,
    type,
    source: announcementSource,
    subject: 'policy',
    time: entry.at,
    data: {
      summary,
      auditEntry: { log: entry.log, sequence: entry.sequence, id: entry.id },
      actor: entry.actor,
      content: fact.content,
      ...(fact.type === 'policyRefused' && { problems: fact.problems }),
    },
    properties: { type, gallery: '', image: '', version: '', regions: '' },
  };
}
