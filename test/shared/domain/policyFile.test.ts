import { describe, expect, it } from 'vitest';
import { describeProblem } from '../../../shared/domain/parseYaml.ts';
import { matches, parsePolicy, policyFor, withoutFile } from '../../../shared/domain/policyFile.ts';
import { fc } from '../../fastCheck.ts';

const problemsOf = (text: string): string[] => {
  const parsed = parsePolicy(text);
  return parsed.kind === 'invalid' ? parsed.problems.map(({ message }) => message) : [];
};

const placesOf = (text: string): string[] => {
  const parsed = parsePolicy(text);
  return parsed.kind === 'invalid' ? parsed.problems.map(describeProblem) : [];
};

const definition = (gallery: string, image: string) => ({ subscriptionId: 's', resourceGroup: 'g', gallery, image });

const inForce = (text: string, gallery: string, image: string) => {
  const parsed = parsePolicy(text);
  if (parsed.kind === 'invalid') throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return policyFor(parsed.policy, definition(gallery, image));
};

describe('the policy', () => {
  it('starts VMs and writes nothing where there is no file', () => {
    expect(withoutFile.defaults.policy.mode).toBe('test');
    expect(withoutFile.defaults.policy.slots.perRegion).toBe(10);
  });

  it('fills in what the file does not say', () => {
    const parsed = parsePolicy('version: 1\nmode: enforce\n');
    expect(parsed).toMatchObject({
      kind: 'policy',
      policy: { defaults: { policy: { mode: 'enforce', replicationLimitHours: 6 } }, rules: [] },
    });
  });

  it.each([
    ['version: 1\nmode: enforced\n', /^mode: /],
    ['version: 2\n', /^version: /],
    ['', /^file: /],
    ['version: 1\nsmokeTest: { command: { web: { exec: "" } } }\n', /^smokeTest\.command\.web\.exec: /],
    ['version: 1\nsmokeTest: { vmSizes: [] }\n', /^smokeTest\.vmSizes: /],
    ['version: 1\nslots: { perRegion: 0 }\n', /^slots\.perRegion: /],
    ['version: 1\nmodes: enforce\n', /^file: .*modes/],
    ['version: 1\nmode: *x\n', /alias/],
    ['version: 1\nversion: 1\n', /unique/],
  ])('names the place of the mistake in %j', (text, problem) => {
    expect(problemsOf(text)[0]).toMatch(problem);
  });

  it('refuses a bomb of aliases', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef'].map((pair) => [pair[0], pair[1]])) {
      lines.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`);
    }
    expect(problemsOf(lines.join('\n'))).toHaveLength(1);
  });

  it('refuses more commands than one answer can carry, and more time than a VM lives', () => {
    const commands = (count: number, timeout: number) =>
      `version: 1\nsmokeTest:\n  command:\n${Array.from({ length: count }, (_, index) => `    c${index}: { exec: 'true', timeout: ${timeout} }\n`).join('')}`;
    expect(problemsOf(commands(301, 1))).toEqual(['smokeTest.command: at most 300 commands fit into one answer']);
    expect(problemsOf(commands(300, 1))).toEqual([]);
    expect(problemsOf(commands(5, 600_000))[0]).toMatch(/^smokeTest\.command: .* 45 minutes/);
  });

  it('refuses to expect the exit status of a timeout', () => {
    const text = "version: 1\nsmokeTest: { command: { web: { exec: 'x', exit-status: 124 } } }\n";
    expect(problemsOf(text)).toEqual(['smokeTest.command.web.exit-status: 124 says that the command timed out']);
  });
});

describe('a mistake in the policy file', () => {
  it.each([
    ['of YAML', 'version: 1\n  mode: [\n', /^line 1, column 10: Nested mappings/],
    ['in a value', 'version: 1\nmode:  enforced\n', /^line 2, column 8: mode: /],
    [
      'in a member that does not exist',
      'version: 1\nslots:\n  perRegion: 3\n  inRegion: 4\n',
      /^line 4, column 3: slots: /,
    ],
    [
      'deep in a rule',
      'version: 1\nrules:\n  - name: a\n    match: {}\n    smokeTest:\n      maxAttempts: 0\n',
      /^line 6, column 20: rules\.0\.smokeTest\.maxAttempts: /,
    ],
    ['of something left out', 'version: 1\nrules:\n  - match: {}\n', /^line 3, column 5: rules\.0\.name: /],
    [
      'behind an alias',
      'version: 1\nmode: &m 3\nrules: [{ name: a, match: {}, mode: *m }]\n',
      /^line 2, column 10: mode: /,
    ],
    ['of the whole file', 'just words\n', /^line 1, column 1: file: /],
    [
      'of a rule that shares its name',
      'version: 1\nrules:\n  - { name: a, match: {} }\n  - { name: a, match: {} }\n',
      /^line 4, column 13: .*another rule/,
    ],
  ])('%s is named with its line and column', (_, text, place) => {
    expect(placesOf(text)[0]).toMatch(place);
  });

  it('is named once for each mistake, not only for the first', () => {
    expect(placesOf('version: 2\nmode: on\nreplicationLimitHours: -1\n')).toHaveLength(3);
  });

  it('that only the rule and the file together make is the rule’s', () => {
    const commands = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => `c${from + index}: { exec: x, timeout: 600000 }`).join(', ');
    const text = `version: 1\nsmokeTest: { command: { ${commands(0, 4)} } }\nrules:\n  - { name: a, match: {}, smokeTest: { maxAttempts: 2 } }\n`;
    expect(placesOf(text)).toEqual([]);
    expect(placesOf('version: 1\nrules:\n  - { name: a, match: {}, slots: { perRegion: 2 } }\n')[0]).toMatch(
      /^line 3, column 27: rules\.0: there is no "slots" here/,
    );
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePolicy(text)));
    fc.assert(fc.property(fc.json(), (json) => void parsePolicy(`version: 1\nrules: ${json}\n`)));
  });
});

describe('rules', () => {
  const file = `
version: 1
mode: test
smokeTest:
  vmSizes: [Standard_D2s_v5]
  command: { web: { exec: check-web } }
rules:
  - name: databases
    match: { image: 'pg-*' }
    mode: enforce
    smokeTest: { command: { db: { exec: check-db } } }
  - name: everything of corp
    match: { gallery: 'corp*' }
    mode: observe
`;

  it('apply in their order, the first that matches and no other', () => {
    expect(inForce(file, 'corpGallery', 'pg-16').policy.mode).toBe('enforce');
    expect(inForce(file, 'CORPgallery', 'ubuntu').policy.mode).toBe('observe');
    expect(inForce(file, 'lab', 'ubuntu').policy.mode).toBe('test');
  });

  it('leave each member of a section as the file has it, unless they name it', () => {
    const { smokeTest } = inForce(file, 'lab', 'PG-16').policy;
    expect(smokeTest.vmSizes).toEqual(['Standard_D2s_v5']);
    expect(Object.keys(smokeTest.command)).toEqual(['db']);
    expect(inForce(file, 'corp', 'ubuntu').policy.smokeTest.maxAttempts).toBe(3);
  });

  it('change the hash only of the image definitions that they match', () => {
    const changed = file.replace('mode: enforce', 'mode: test');
    expect(inForce(changed, 'lab', 'pg-16').hash).not.toBe(inForce(file, 'lab', 'pg-16').hash);
    expect(inForce(changed, 'lab', 'ubuntu').hash).toBe(inForce(file, 'lab', 'ubuntu').hash);
  });

  it.each([
    ['*', 'anything', true],
    ['ubuntu-*', 'Ubuntu-2404', true],
    ['ubuntu-*', 'ubuntu', false],
    ['*-2404', 'ubuntu-2404', true],
    ['a*a', 'a', false],
    ['a*b*c', 'aXbXbc', true],
    ['a.c', 'abc', false],
    ['*a*a*a*a*a*a*a*a*a*a*a*a*b', 'a'.repeat(80), false],
  ])('match by pattern: %s and %s is %s', (image, name, expected) => {
    expect(matches({ gallery: '*', image }, definition('g', name))).toBe(expected);
  });
});

describe('groups', () => {
  const text =
    'version: 1\nmode: enforce\ngroups: [{ name: noble, gallery: "corp*", images: [ubuntu, ubuntu-gen1, ubuntu-arm64] }]\n';

  it('join the image definitions that they name, in the galleries that they match', () => {
    expect(inForce(text, 'corpGallery', 'Ubuntu-Gen1').group).toEqual({
      name: 'noble',
      mates: ['ubuntu', 'ubuntu-arm64'],
    });
    expect(inForce(text, 'labs', 'ubuntu').group).toBeUndefined();
    expect(inForce(text, 'corpGallery', 'debian').group).toBeUndefined();
  });

  it('change the hash of their members, and of no other', () => {
    const without = 'version: 1\nmode: enforce\n';

    expect(inForce(text, 'corpGallery', 'ubuntu').hash).not.toBe(inForce(without, 'corpGallery', 'ubuntu').hash);
    expect(inForce(text, 'labs', 'ubuntu').hash).toBe(inForce(without, 'labs', 'ubuntu').hash);
  });
});
