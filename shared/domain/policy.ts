import * as z from 'zod';
import type { Group } from './groups.ts';
import { shortHash } from './ids.ts';
import { lifecycleSchema } from './lifecycleRules.ts';
import { releaseSchema } from './releaseRules.ts';

const command = z.strictObject({
  exec: z.string().min(1).describe('Run as root, or SYSTEM, by the shell of the system.'),
  'exit-status': z
    .number()
    .int()
    .min(0)
    .max(255)
    .refine((status) => status !== 124, '124 says that the command timed out')
    .default(0)
    .describe('The status that the command has to end with.'),
  timeout: z.number().int().positive().max(600_000).default(10_000).describe('Milliseconds, as in goss.'),
});

/** How a version is tested; fixed for an incarnation when it is first seen. */
export const smokeTestSchema = z.strictObject({
  vmSizes: z
    .array(z.string().min(1))
    .min(1)
    .default([])
    .describe('Tried in this order where they fit the image; sizes are chosen where none is named.'),
  regions: z
    .array(z.string().min(1))
    .min(1)
    .exactOptional()
    .describe('Tried in this order; without it the target regions of the version.'),
  maxAttempts: z.number().int().min(1).max(10).default(3).describe('VMs that one verdict may take.'),
  agentTimeoutMinutes: z.number().positive().max(60).default(15).describe('How long the VM agent may take to answer.'),
  command: z
    .record(z.string().min(1), command)
    .refine((commands) => Object.keys(commands).length <= 300, 'at most 300 commands fit into one answer')
    .refine(
      (commands) => Object.values(commands).reduce((sum, { timeout }) => sum + timeout, 0) <= 45 * 60_000,
      'the timeouts add up to more than 45 minutes: the VM would be past its time',
    )
    .default({})
    .describe('Checks by name, at most 300.'),
  checkFile: z
    .string()
    .regex(/^checks\/[\w.-]+(\/[\w.-]+)*$/, 'must be the name of a file below checks/')
    .exactOptional()
    .describe('A check file in the goss format, beside the policy, such as checks/web.yaml.'),
  restarts: z
    .array(z.enum(['guestReboot', 'platformRestart', 'stopStart']))
    .max(5)
    .default(['platformRestart'])
    .describe('After the first round of checks, each followed by all checks again; the boot id has to change.'),
  reachable: z
    .array(z.enum(['ssh', 'rdp', 'winrm']))
    .exactOptional()
    .describe("What has to answer on the VM's own network address; without it SSH on Linux, RDP on Windows."),
  ignoreUnits: z
    .array(z.string().regex(/^[\w@.:\\-]+$/))
    .default([])
    .describe('Units of systemd that may fail.'),
  serialLog: z
    .strictObject({
      errors: z
        .enum(['fail', 'warn'])
        .default('fail')
        .describe('Whether lines that are errors, but no reason to end the run at once, fail the test.'),
      ignore: z.array(z.string().min(3)).max(50).default([]).describe('A line that contains one of these is no error.'),
    })
    .prefault({}),
  regression: z
    .strictObject({
      bootPercent: z.number().positive().exactOptional().describe('More time to boot, in per cent, is too slow.'),
      checksPercent: z.number().positive().exactOptional().describe('More time for the checks is too slow.'),
      outcome: z.enum(['warn', 'fail']).default('warn').describe('What becomes of a version that is too slow.'),
    })
    .exactOptional()
    .describe('Against the last published version; off without it.'),
});
export type SmokeTestPolicy = z.infer<typeof smokeTestSchema>;

const driftSchema = z
  .strictObject({
    flags: z
      .enum(['leave', 'undo'])
      .default('leave')
      .describe('Of a version that passed: hidden where it was published, or shown after its release was over.'),
    endOfLife: z.enum(['leave', 'undo']).default('leave').describe('Of a published version.'),
  })
  .describe('What becomes of changes by hand, which are always recorded and announced. Each is undone at most once.');

/** What can differ from one image definition to the next; every section fills in what is not said. */
export const sections = {
  mode: z
    .enum(['observe', 'test', 'enforce'])
    .default('test')
    .describe('observe starts no VM, test writes nothing to a gallery, enforce acts.'),
  smokeTest: smokeTestSchema.prefault({}),
  release: releaseSchema.prefault({}),
  lifecycle: lifecycleSchema.exactOptional(),
  drift: driftSchema.exactOptional(),
  replicationLimitHours: z
    .number()
    .positive()
    .max(48)
    .default(6)
    .describe('A region that takes longer is asked for once more, then left excluded and announced.'),
};

export const policySchema = z.strictObject({
  version: z.literal(1).describe('Of this format.'),
  ...sections,
  slots: z
    .strictObject({
      perRegion: z
        .number()
        .int()
        .positive()
        .default(10)
        .describe('Smoke-test VMs at a time, of all image definitions of the instance.'),
    })
    .prefault({}),
  /** Off without it: what an image does must not hold up others unless somebody wants that. */
  breaker: z
    .strictObject({
      definitions: z
        .number()
        .int()
        .min(2)
        .max(100)
        .default(5)
        .describe('So many different image definitions that fail one after the other, within a day, open the breaker.'),
    })
    .exactOptional(),
  /** Off without it. */
  budget: z
    .strictObject({
      vmMinutes: z
        .number()
        .int()
        .positive()
        .describe(
          'So many minutes of smoke-test VMs in one period; beyond it no VM begins, but for expedited versions.',
        ),
      per: z.enum(['day', 'month']).default('month').describe('Calendar periods, in UTC.'),
      warnAtPercent: z.number().int().min(1).max(99).default(80).describe('Of the budget; it is announced once.'),
    })
    .exactOptional(),
});

/** What holds for one image definition. */
export type Policy = z.infer<typeof policySchema>;

export interface PolicyRevision {
  policy: Policy;
  /** The group that the image definition is a member of. */
  group?: Group;
  /** Changes when, and only when, what holds for the image definition changes. */
  hash: string;
}

export function revisionOf(policy: Policy, group?: Group): PolicyRevision {
  if (!group) return { policy, hash: shortHash(16, JSON.stringify(policy)) };
  return { policy, group, hash: shortHash(16, JSON.stringify(policy), JSON.stringify(group)) };
}
