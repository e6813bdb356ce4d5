import { describe, expect, it } from 'vitest';
import { groupWarnings } from '../../../shared/domain/groupWarnings.ts';
import { describeProblem } from '../../../shared/domain/parseYaml.ts';
import { parsePolicy } from '../../../shared/domain/policyFile.ts';

const noble = `version: 1
mode: enforce
groups:
  - { name: noble, images: [ubuntu, ubuntu-gen1, ubuntu-arm64] }
`;

/** Where each name stands in the fourth line. */
const columnOf = { gen1: 37, arm64: 50 };

function warningsOf(text: string): string[] {
  const parsed = parsePolicy(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return groupWarnings(text, parsed.policy).map(describeProblem);
}

describe('a group', () => {
  it('whose members have one mode gives no warning, whatever the mode of others', () => {
    expect(warningsOf(noble)).toEqual([]);
    expect(warningsOf(`${noble}rules: [{ name: others, match: { image: 'win-*' }, mode: observe }]\n`)).toEqual([]);
    expect(warningsOf(`${noble}rules: [{ name: all, match: { image: 'ubuntu*' }, mode: test }]\n`)).toEqual([]);
  });

  it.each(['test', 'observe'])('that has a member in mode %s beside one in enforce is never published', (mode) => {
    expect(warningsOf(`${noble}rules: [{ name: arm, match: { image: '*-arm64' }, mode: ${mode} }]\n`)).toEqual([
      `line 4, column ${columnOf.arm64}: groups.0.images.2: ubuntu-arm64 has mode ${mode} and ubuntu has enforce: no version of the group noble is published`,
    ]);
  });

  it('is warned of whichever member has the quieter mode, each once', () => {
    const rules = `rules:
  - { name: first, match: { image: ubuntu }, mode: test }
  - { name: gen1, match: { image: ubuntu-gen1 }, mode: observe }
`;
    expect(warningsOf(`${noble}${rules}`)).toEqual([
      expect.stringMatching(
        /^line 4, column 29: groups\.0\.images\.0: ubuntu has mode test and ubuntu-arm64 has enforce/,
      ),
      expect.stringMatching(
        /^line 4, column 37: groups\.0\.images\.1: ubuntu-gen1 has mode observe and ubuntu-arm64 has/,
      ),
    ]);
  });

  it.each(['lab', 'lab*', '*lab', '*'])(
    'is warned of where a rule makes the difference in gallery %s only',
    (gallery) => {
      const rule = `rules: [{ name: arm, match: { gallery: '${gallery}', image: ubuntu-arm64 }, mode: test }]\n`;
      expect(warningsOf(`${noble}${rule}`)).toHaveLength(1);
      expect(warningsOf(`${noble.replace('images:', "gallery: 'corp*', images:")}${rule}`)).toHaveLength(
        gallery.startsWith('lab') ? 0 : 1,
      );
    },
  );

  it('whose member another group has already is not published all or none, save in another gallery', () => {
    const second = '  - { name: jammy, gallery: corp, images: [debian, Ubuntu-Gen1] }\n';
    expect(warningsOf(`${noble}${second}`)).toEqual([
      'line 5, column 52: groups.1.images.1: Ubuntu-Gen1 is in the group noble already, and only the first counts',
    ]);
    expect(warningsOf(`${noble.replace('images:', "gallery: 'lab*', images:")}${second}`)).toEqual([]);
  });

  it('that names a member twice is warned of', () => {
    expect(warningsOf(noble.replace('ubuntu-gen1', 'Ubuntu'))).toEqual([
      `line 4, column ${columnOf.gen1}: groups.0.images.1: Ubuntu is named twice`,
    ]);
  });
});
