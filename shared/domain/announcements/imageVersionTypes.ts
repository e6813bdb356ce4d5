import * as z from 'zod';
import { announce } from './announcementType.ts';

const reason = z.string();
const attempt = z.number().int().positive();
const verdict = z.enum(['passed', 'failed', 'inconclusive']);

/** What is told of one image version. */
export const imageVersionTypes = [
  announce('versionDetected', {
    name: 'imageVersion.detected',
    description: 'A new version was written into a gallery. It is not tested yet.',
    severity: 'info',
    summary: () => 'was detected',
    details: {
      mode: z.enum(['observe', 'test', 'enforce']),
      visible: z.boolean(),
      policyHash: z.string(),
      planProblem: z.string().exactOptional(),
      tags: z.record(z.string(), z.string()).exactOptional(),
    },
  }),
  announce('versionCreationFailed', {
    name: 'imageVersion.creationFailed',
    description: 'Azure could not create the version. Nothing is tested; its producer has to write it again.',
    severity: 'warning',
    outcome: () => 'failed',
    summary: () => 'could not be created by Azure',
  }),
  announce('held', {
    name: 'imageVersion.held',
    description: 'The version is excluded from latest in every region until it is tested.',
    severity: 'info',
    summary: () => 'is kept out of latest until it is tested',
    details: {
      how: z.enum(['bornHidden', 'written']),
      exposedSeconds: z.number().nonnegative(),
      exposed: z.record(z.string(), z.number().nonnegative()).exactOptional(),
    },
  }),
  announce('launchIntended', {
    name: 'smokeTest.started',
    description: 'A VM is launched from the version; one announcement for each attempt.',
    severity: 'info',
    summary: ({ vmSize, region }) => `is smoke-tested on ${vmSize} in ${region}`,
    regions: ({ region }) => [region],
    details: { attempt, region: z.string(), vmSize: z.string(), why: z.string() },
  }),
  announce('smokeTestFinished', {
    name: 'smokeTest.finished',
    description: 'One attempt is over. An inconclusive one may be followed by another; the verdict is announced apart.',
    severity: 'info',
    outcome: (fact) => fact.verdict,
    summary: (fact) => `smoke test ${fact.verdict}: ${fact.reason}`,
    details: { attempt, verdict, reason, code: z.string().exactOptional() },
  }),
  announce('verdictReached', {
    name: 'imageVersion.candidate',
    description: 'The version passed its smoke test and waits to be published. It is not latest in any region yet.',
    severity: 'info',
    when: (fact) => fact.verdict === 'passed',
    outcome: () => 'passed',
    summary: () => 'passed its smoke test',
    details: { verdict, reason },
  }),
  announce('quarantined', {
    name: 'imageVersion.quarantined',
    description: 'The version failed its smoke test. It is kept, excluded from latest in every region: do not use it.',
    severity: 'warning',
    outcome: () => 'failed',
    summary: (fact) => `is quarantined: ${fact.reason}`,
    details: { reason },
  }),
  announce('leftInconclusive', {
    name: 'imageVersion.inconclusive',
    description: 'No attempt said anything about the image itself. It stays out of latest until somebody decides.',
    severity: 'warning',
    outcome: () => 'inconclusive',
    summary: (fact) => `stays out of latest, the smoke test was inconclusive: ${fact.reason}`,
    details: { reason },
  }),
  announce('wouldPublish', {
    name: 'imageVersion.wouldPublish',
    description: 'In mode test: the version passed, and the gallery is left as it is.',
    severity: 'info',
    outcome: () => 'passed',
    summary: () => 'would have been published (mode test)',
    regions: (fact) => fact.regions,
  }),
  announce('wouldQuarantine', {
    name: 'imageVersion.wouldQuarantine',
    description: 'In mode test: the version failed, and the gallery is left as it is. It may be latest.',
    severity: 'warning',
    outcome: () => 'failed',
    summary: (fact) => `would have been quarantined (mode test): ${fact.reason}`,
    details: { reason },
  }),
  announce('driftFound', {
    name: 'imageVersion.driftFound',
    description: 'Somebody else made a version visible that has not passed. It is hidden again.',
    severity: 'critical',
    summary: (fact) => `was made visible in ${fact.visibleIn.join(', ')} by somebody else`,
    regions: (fact) => fact.visibleIn,
    details: { visibleIn: z.array(z.string()) },
  }),
  announce('versionDeleted', {
    name: 'imageVersion.deleted',
    description: 'The version does not exist any more.',
    severity: 'info',
    summary: (fact) => (fact.retention === undefined ? 'was deleted' : `was deleted by retention: ${fact.retention}`),
    details: { retention: z.string().exactOptional() },
  }),
  announce('needsAttention', {
    name: 'imageVersion.needsAttention',
    description: 'The service cannot go on with the version by itself; the reason says what is in its way.',
    severity: 'critical',
    summary: (fact) => `needs attention: ${fact.reason}`,
    details: { reason, code: z.string() },
  }),
];
