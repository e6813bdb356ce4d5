import * as z from 'zod';
import { announce } from './announcementType.ts';

/** What is told of the audit trail itself; whoever keeps the digests can later prove what was there. */
export const auditTypes = [
  announce('manifestWritten', {
    name: 'audit.manifest',
    description:
      'The heads of all logs that grew on a day were written down. `digest` is the hash of that entry: keep it, and the ' +
      'audit trail up to then cannot be changed without your seeing it.',
    severity: 'info',
    summary: (fact) => `the audit trail of ${fact.day} is sealed: ${fact.heads.length} logs`,
    details: { day: z.iso.date() },
  }),
];
