import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { shortHash } from './ids.ts';

const command = z.strictObject({
  exec: z.string().min(1),
  'exit-status': z
    .number()
    .int()
    .min(0)
    .max(255)
    .refine((status) => status !== 124, '124 says that the command timed out')
    .default(0),
  /** Milliseconds, as in goss. */
  timeout: z.number().int().positive().max(600_000).default(10_000),
});

/** How a version is tested; fixed for an incarnation when it is first seen. */
export const smokeTestSchema = z.strictObject({
  /** Tried in this order; a size that has no capacity is not the image's fault. */
  vmSizes: z.array(z.string().min(1)).min(1).default(['Standard_D2s_v5', 'Standard_D2as_v5', 'Standard_D2s_v4']),
  /** Tried in this order; default is the version's own target regions. */
  regions: z.array(z.string().min(1)).min(1).exactOptional(),
  maxAttempts: z.number().int().min(1).max(10).default(3),
  agentTimeoutMinutes: z.number().positive().max(60).default(15),
  command: z
    .record(z.string().min(1), command)
    .refine((commands) => Object.keys(commands).length <= 300, 'at most 300 commands fit into one answer')
    .refine(
      (commands) => Object.values(commands).reduce((sum, { timeout }) => sum + timeout, 0) <= 45 * 60_000,
      'the timeouts add up to more than 45 minutes: the VM would be past its time',
    )
    .default({}),
});
export type SmokeTestPolicy = z.infer<typeof smokeTestSchema>;

const policySchema = z.strictObject({
  version: z.literal(1),
  mode: z.enum(['observe', 'test', 'enforce']).default('test'),
  smokeTest: smokeTestSchema.prefault({}),
  slots: z.strictObject({ perRegion: z.number().int().positive().default(10) }).prefault({}),
  replicationLimitHours: z.number().positive().max(48).default(6),
});

export type Policy = z.infer<typeof policySchema>;

export interface PolicyRevision {
  policy: Policy;
  hash: string;
}

export type ParsedPolicy = { kind: 'policy'; revision: PolicyRevision } | { kind: 'invalid'; problems: string[] };

/** What holds where no policy file exists: VMs and verdicts, no gallery write. */
export const defaultPolicy: PolicyRevision = { policy: policySchema.parse({ version: 1 }), hash: 'default' };

/** Parses the policy file; every problem is named with its line or its path in the file. */
export function parsePolicy(text: string): ParsedPolicy {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    return { kind: 'invalid', problems: document.errors.map((error) => error.message.split('\n')[0] ?? error.message) };
  }
  const content = contentOf(document);
  if (content.kind === 'invalid') return content;
  const parsed = policySchema.safeParse(content.value);
  if (!parsed.success) {
    return {
      kind: 'invalid',
      problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'file'}: ${issue.message}`),
    };
  }
  return { kind: 'policy', revision: { policy: parsed.data, hash: shortHash(16, text) } };
}

/** Aliases are resolved only here: one without its anchor, or a bomb of them, throws. */
function contentOf(document: Document): { kind: 'content'; value: unknown } | { kind: 'invalid'; problems: string[] } {
  try {
    return { kind: 'content', value: document.toJS() };
  } catch (error) {
    return { kind: 'invalid', problems: [error instanceof Error ? error.message : String(error)] };
  }
}
