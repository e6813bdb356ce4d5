import * as z from 'zod';
import type { Mode } from './facts.ts';
import { commonName } from './namePattern.ts';
import { type Problem, parseYaml } from './parseYaml.ts';
import { policyFor, type RuledPolicy } from './policyFile.ts';

type Group = RuledPolicy['groups'][number];

/**
 * Groups that a valid policy file publishes never, or not all or none. They do not make the file invalid: to lower the
 * mode of one member has to take effect at once, and holds the whole group.
 *
 * @param text of the file that `policy` was parsed from.
 */
export function groupWarnings(text: string, policy: RuledPolicy): Problem[] {
  const yaml = parseYaml(text);
  if (yaml.kind === 'invalid') return [];
  const issues = policy.groups.flatMap((group, index) => {
    const quiet = quietMembers(policy, group);
    return group.images.flatMap((image, at) => {
      const message = whyNotJoined(policy, index, at) ?? quiet.get(image);
      const path = ['groups', index, 'images', at];
      return message === undefined ? [] : [{ code: 'custom' as const, path, message, input: image }];
    });
  });
  return yaml.source.locate(new z.ZodError(issues));
}

function whyNotJoined({ groups }: RuledPolicy, index: number, at: number): string | undefined {
  const group = groups[index];
  const image = group?.images[at];
  if (!group || image === undefined) return undefined;
  const isNamed = (name: string) => name.toLowerCase() === image.toLowerCase();
  if (group.images.findIndex(isNamed) < at) return `${image} is named twice`;
  const earlier = groups
    .slice(0, index)
    .find(({ gallery, images }) => images.some(isNamed) && commonName(gallery, group.gallery) !== undefined);
  return earlier && `${image} is in the group ${earlier.name} already, and only the first counts`;
}

/** Members whose mode publishes nothing beside one that is to be published, in some gallery, with what is said of each. */
function quietMembers(policy: RuledPolicy, { name, gallery, images }: Group): Map<string, string> {
  const said = new Map<string, string>();
  const galleries = policy.rules.flatMap(({ match }) => commonName(match.gallery, gallery) ?? []);
  for (const each of new Set([gallery, ...galleries])) {
    const members = images.map((image) => ({ image, mode: modeOf(policy, each, image) }));
    const enforced = members.find(({ mode }) => mode === 'enforce');
    const quiet = members.filter(({ mode }) => enforced && mode !== 'enforce');
    for (const { image, mode } of quiet)
      said.set(
        image,
        `${image} has mode ${mode} and ${enforced?.image} has enforce: no version of the group ${name} is published`,
      );
  }
  return said;
}

function modeOf(policy: RuledPolicy, gallery: string, image: string): Mode {
  return policyFor(policy, { subscriptionId: '', resourceGroup: '', gallery, image }).policy.mode;
}
