import * as z from 'zod';
import type { ImageDefinitionId } from './ids.ts';
import { isLike } from './namePattern.ts';
import { type ParsedYaml, type Problem, parseYaml, type YamlSource } from './parseYaml.ts';
import { type PolicyRevision, policySchema, revisionOf, sections } from './policy.ts';

const pattern = z
  .string()
  .regex(/^[\w.*-]{1,80}$/, 'a name, in which * stands for any characters')
  .default('*');

const match = z.strictObject({
  gallery: pattern.describe('Name of the gallery; * stands for any characters, case does not matter.'),
  image: pattern.describe('Name of the image definition; * stands for any characters, case does not matter.'),
});
type Match = z.infer<typeof match>;

/** A section that a rule leaves out is the file's; within a section each member that it leaves out is the file's. */
const rule = z.strictObject({
  name: z.string().min(1).max(80).describe('Unique among rules.'),
  match: match.describe('Which image definitions it is for.'),
  mode: sections.mode.exactOptional(),
  smokeTest: sections.smokeTest.exactOptional(),
  release: sections.release.exactOptional(),
  lifecycle: sections.lifecycle,
  drift: sections.drift,
  replicationLimitHours: sections.replicationLimitHours.exactOptional(),
});

const group = z.strictObject({
  name: z.string().min(1).max(80).describe('Unique among groups.'),
  gallery: pattern.describe('Name of the gallery; * stands for any characters, case does not matter.'),
  images: z
    .array(z.string().min(1).max(80))
    .min(2)
    .max(20)
    .describe('Image definitions of one gallery: versions of equal number are published all or none.'),
});

export const policyFileSchema = policySchema
  .extend({ rules: z.array(rule).max(500).default([]), groups: z.array(group).max(100).default([]) })
  .superRefine(({ rules, groups }, context) => {
    for (const [index, { name }] of groups.entries()) {
      if (groups.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: 'custom', path: ['groups', index, 'name'], message: 'another group has this name' });
    }
    for (const [index, { name }] of rules.entries()) {
      if (rules.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: 'custom', path: ['rules', index, 'name'], message: 'another rule has this name' });
    }
  });

/** A policy file: what holds where no rule matches, and the rules in order, each with what holds where it matches. */
export interface RuledPolicy {
  defaults: PolicyRevision;
  rules: { name: string; match: Match; revision: PolicyRevision }[];
  groups: z.infer<typeof group>[];
}

export type ParsedPolicy = { kind: 'policy'; policy: RuledPolicy } | { kind: 'invalid'; problems: Problem[] };

/** What holds where no policy file exists: VMs and verdicts, no gallery write. */
export const withoutFile: RuledPolicy = {
  defaults: revisionOf(policySchema.parse({ version: 1 })),
  rules: [],
  groups: [],
};

/** Parses the policy file; every problem is named with its path, line and column. */
export function parsePolicy(text: string): ParsedPolicy {
  const yaml: ParsedYaml = parseYaml(text);
  if (yaml.kind === 'invalid') return yaml;
  const file = policyFileSchema.safeParse(yaml.source.value);
  if (!file.success) return { kind: 'invalid', problems: yaml.source.locate(file.error) };
  return applyRules(yaml.source, file.data);
}

/** The first rule that matches applies, and no other; so does the first group. */
export function policyFor({ defaults, rules, groups }: RuledPolicy, definition: ImageDefinitionId): PolicyRevision {
  const revision = rules.find((candidate) => matches(candidate.match, definition))?.revision ?? defaults;
  const image = definition.image.toLowerCase();
  const isMember = (name: string) => name.toLowerCase() === image;
  const joined = groups.find(({ gallery, images }) => isLike(definition.gallery, gallery) && images.some(isMember));
  if (!joined) return revision;
  return revisionOf(revision.policy, { name: joined.name, mates: joined.images.filter((name) => !isMember(name)) });
}

export function matches({ gallery, image }: Match, definition: Pick<ImageDefinitionId, 'gallery' | 'image'>): boolean {
  return isLike(definition.gallery, gallery) && isLike(definition.image, image);
}

const raw = z.looseObject({ rules: z.array(z.looseObject({})).default([]) });

/** What was written, and not what was filled in, is laid over the file's own sections. */
function applyRules(
  source: YamlSource,
  { rules, groups }: Pick<z.infer<typeof policyFileSchema>, 'rules' | 'groups'>,
): ParsedPolicy {
  const { rules: written, groups: _, ...file } = raw.parse(source.value);
  const ruled: RuledPolicy = { defaults: revisionOf(policySchema.parse(file)), rules: [], groups };
  for (const [index, { name, match: where }] of rules.entries()) {
    const { name: __, match: ___, ...over } = written[index] ?? {};
    const laid = policySchema.safeParse(layOver(file, over));
    if (!laid.success) return { kind: 'invalid', problems: source.locate(within(laid.error, index, over)) };
    ruled.rules.push({ name, match: where, revision: revisionOf(laid.data) });
  }
  return { kind: 'policy', policy: ruled };
}

function layOver(file: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const laid = { ...file, ...over };
  for (const [member, value] of Object.entries(over)) {
    if (isObject(value) && isObject(file[member])) laid[member] = { ...file[member], ...value };
  }
  return laid;
}

/** Two halves that are right by themselves can be wrong together: that is the rule's problem. */
function within(error: z.ZodError, index: number, over: Record<string, unknown>): z.ZodError {
  const issues = error.issues.map((issue) => ({
    ...issue,
    path: issue.path[0] !== undefined && issue.path[0] in over ? ['rules', index, ...issue.path] : ['rules', index],
  }));
  return new z.ZodError(issues);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
