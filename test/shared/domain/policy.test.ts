import { describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy } from '../../../shared/domain/policy.ts';

const problemsOf = (text: string): string[] => {
  const parsed = parsePolicy(text);
  return parsed.kind === 'invalid' ? parsed.problems : [];
};

describe('the policy', () => {
  it('starts VMs and writes nothing where there is no file', () => {
    expect(defaultPolicy.policy.mode).toBe('test');
    expect(defaultPolicy.policy.slots.perRegion).toBe(10);
  });

  it('fills in what the file does not say', () => {
    const parsed = parsePolicy('version: 1\nmode: enforce\n');
    expect(parsed).toMatchObject({
      kind: 'policy',
      revision: { policy: { mode: 'enforce', replicationLimitHours: 6 } },
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
    ['version: 1\n  mode: [\n', /line \d/],
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
