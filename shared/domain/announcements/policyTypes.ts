import * as z from 'zod';
import { announce } from './announcementType.ts';

/** A policy file that is refused concerns everybody, and so does its repair; one that was changed does not. */
export const policyTypes = [
  announce('policyRefused', {
    name: 'policy.refused',
    description: 'The policy file has mistakes; the last good one stays in force.',
    severity: 'critical',
    summary: (fact) => `the policy file is refused, the last good one stays in force: ${fact.problems[0] ?? ''}`,
    details: { content: z.string(), problems: z.array(z.string()) },
  }),
  announce('policyAccepted', {
    name: 'policy.accepted',
    description: 'A policy file that had been refused is valid again and in force.',
    severity: 'info',
    when: (fact) => fact.repaired,
    summary: () => 'the policy file is valid again and in force',
    details: { content: z.string() },
  }),
];
