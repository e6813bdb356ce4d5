import { describe, expect, test } from 'vitest';
import { parseCheckFile } from '../../../../shared/smokeTest/checkFile/parseCheckFile.ts';
import { parseChecks, problemsIn } from './parse.ts';

function problemsOf(files: Record<string, string>, main = 'goss.yaml'): string[] {
  const parsed = parseCheckFile(main, new Map(Object.entries(files)));
  return parsed.kind === 'invalid'
    ? parsed.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)
    : [];
}

describe('one check', () => {
  test('has its key as what it looks at, unless the file says otherwise', () => {
    const [byKey, byName] = parseChecks(
      `http:
  http://localhost:
    status: 200
  health:
    url: http://localhost/health
    status: 200
    request-headers: [Accept: text/plain, "X-Number: 5"]
    allow-insecure: on
    username: ""
`.replace('Accept: text/plain', '"Accept: text/plain"'),
    );

    expect(byKey).toEqual({
      type: 'http',
      id: 'http://localhost',
      skip: false,
      timeoutMs: 5000,
      retries: 0,
      settings: { url: 'http://localhost' },
      assertions: [{ attribute: 'status', matcher: { match: 'equal', value: 200 } }],
      at: { file: 'goss.yaml', line: 2 },
    });
    expect(byName?.settings).toEqual({
      url: 'http://localhost/health',
      'request-headers': ['Accept: text/plain', 'X-Number: 5'],
      'allow-insecure': true,
    });
  });

  test('has a title, retries, a timeout and a known issue', () => {
    const [check] = parseChecks(`service:
  nginx:
    title: the web server runs
    running: true
    retry: 3
    timeout: 2500
    skip: yes
    meta:
      owner: {team: web, rooms: [1, 2]}
      known-issue: {ticket: OPS-7, expires: 2026-12-01}
`);

    expect(check).toMatchObject({
      title: 'the web server runs',
      retries: 3,
      timeoutMs: 2500,
      skip: true,
      knownIssue: { ticket: 'OPS-7', expires: '2026-12-01' },
    });
  });

  test.each([
    ['addr: {"x:1": {reachable: true}}', 500],
    ['command: {x: {exit-status: 0}}', 10_000],
    ['command: {x: {exit-status: 0, timeout: 0}}', 10_000],
    ['dns: {x: {resolvable: true}}', 500],
    ['http: {"http://x": {status: 200}}', 5_000],
    ['mount: {x: {exists: true}}', 1_000],
    ['file: {x: {exists: true}}', 5_000],
    ['matching: {x: {content: 1, matches: 1}}', 0],
  ])('%s has the timeout that goss gives it, where it gives one', (text, timeoutMs) => {
    expect(parseChecks(text)[0]?.timeoutMs).toBe(timeoutMs);
  });

  test('asserts nothing for an empty list, as goss add writes it', () => {
    const [check] = parseChecks('package: {foo: {installed: false, versions: []}}');

    expect(check?.assertions).toEqual([{ attribute: 'installed', matcher: { match: 'equal', value: false } }]);
  });
});

describe('what is refused, with its line', () => {
  test.each([
    ['service:\n  a: {runing: true, running: true}', ['2: service has no "runing" (did you mean running?)']],
    [
      'process:\n  a: {running: true, uptime: 5}',
      ['2: process has no "uptime"; it has: running, comm, timeout, retry, title, meta, skip'],
    ],
    ['servce:\n  a: {running: true}', ['1: there is no type of check "servce" (did you mean service?)']],
    ['service: [a]', ['1: service needs a map: a name, and what is asserted of it']],
    ['service:\n  a:', ['2: service "a" asserts nothing']],
    ['service:\n  a: {skip: true}', ['2: service "a" asserts nothing']],
    ['service:\n  a: {runlevels: []}', ['2: service "a" asserts nothing']],
    ['file:\n  a: {mode: "0644"}', ['2: file "a" does not say exists, and goss would fail it for that']],
    ['matching:\n  a: {matches: 1}', ['2: matching "a" has no content']],
    [
      'matching:\n  a: {content: 1, matches: 1, timeout: 5}',
      ['2: matching has no "timeout"; it has: content, matches, title, meta, skip'],
    ],
    [
      'service:\n  a:\n    running: true\n    running: false',
      ['4: "running" stands here twice; goss would silently drop the first one (line 3)'],
    ],
    [
      'service: {a: {running: true}}\nfile: {}\nservice: {b: {running: true}}',
      ['3: "service" stands here twice; goss would silently drop the first one (line 1)'],
    ],
    ['service:\n  a: {running: true}\n  ? [b]\n  : {running: true}', ['3: a key has to be plain text']],
    ['service:\n  a: {running: true, timeout: "5"}', ['2: timeout needs a whole number from 0 to 2700000']],
    ['service:\n  a: {running: true, retry: -1}', ['2: retry needs a whole number from 0 to 100']],
    ['service:\n  a: {running: true, skip: maybe}', ['2: skip needs true or false, not "maybe"']],
    ['service:\n  a: {running: true, name: [b]}', ['2: name needs a text']],
    ['http:\n  http://a: {status: 200, request-headers: "A: b"}', ['2: request-headers needs a list of texts']],
    ['service:\n  a: {running: true, meta: 5}', ['2: meta needs a map']],
    [
      'service:\n  a:\n    running: true\n    meta:\n      known-issue: {ticket: T}',
      ['5: a known issue needs its last day, such as expires: 2026-12-01'],
    ],
    [
      'service:\n  a:\n    running: true\n    meta:\n      known-issue: {ticket: T, expires: 2026-02-30}',
      ['5: a known issue needs its last day, such as expires: 2026-12-01, not "2026-02-30"'],
    ],
    [
      'service:\n  a:\n    running: true\n    meta:\n      known-issue: {expires: 2026-12-01, until: x}',
      [
        '5: a known issue has a ticket and an expiry, but no "until"',
        '5: a known issue needs the ticket that it is followed up in',
      ],
    ],
    ['service:\n  a: *b', ['2: there is no anchor &b before this alias', '2: service "a" asserts nothing']],
    ['service:\n  a: {<<: 5, running: true}', ['2: << needs a map to merge']],
    ['service: {a: {running: true}}\n---\nservice: {}', ['2: only one YAML document may be in a file']],
    ['service: !mine {a: {running: true}}\n', [expect.stringMatching(/^1: not valid YAML: Unresolved tag/)]],
    ['service:\n  a: {running: true', [expect.stringMatching(/^2: not valid YAML: /)]],
    ['- service', ['1: a check file is a map of types of checks']],
    ['', ['1: yields no checks']],
    ['# only a comment\nservice:\n', ['1: yields no checks']],
  ])('%j', (text, problems) => {
    expect(problemsIn(text)).toEqual(problems);
  });

  test('Go templates, wherever they stand, with the way out', () => {
    expect(problemsIn('# {{ .Env.A }}\nservice:\n  "{{.Vars.b}}":\n    running: true\n')).toEqual([
      '1: a Go template ({{ … }}) is not rendered here: run "goss -g goss.yaml render > rendered.yaml" first, and use that',
      '3: a Go template ({{ … }}) is not rendered here: run "goss -g goss.yaml render > rendered.yaml" first, and use that',
    ]);
  });

  test('more templates than help', () => {
    expect(problemsIn('{{x}}\n'.repeat(8))).toHaveLength(5);
    expect(problemsIn('{{x}}\n'.repeat(8))[4]).toMatch(/ \(3 more lines with templates\)$/);
  });
});

describe('includes', () => {
  const time = 'service: {chrony: {running: true}}';

  test.each([
    [{ 'goss.yaml': 'gossfile:\n  b.yaml: {}' }, ['goss.yaml:2: there is no file "b.yaml"']],
    [{ 'goss.yaml': 'gossfile:\n  ./x/*.yaml: {}', 'x/y/z.yaml': time }, ['goss.yaml:2: no file matches "x/*.yaml"']],
    [{ 'goss.yaml': 'gossfile:\n  b.yaml: 5', 'b.yaml': time }, ['goss.yaml:2: gossfile needs a map, such as {}']],
    [
      { 'goss.yaml': 'gossfile:\n  b:\n    fle: b.yaml', b: time },
      ['goss.yaml:3: gossfile has no "fle" (did you mean file?)'],
    ],
    [
      { 'goss.yaml': 'gossfile: {b.yaml: {}}', 'b.yaml': 'gossfile: {goss.yaml: {}}' },
      ['b.yaml:1: includes itself: goss.yaml → b.yaml → goss.yaml'],
    ],
    [{ 'goss.yaml': 'gossfile: {"*.yaml": {}}' }, ['goss.yaml:1: includes itself: goss.yaml → goss.yaml']],
    [
      { 'goss.yaml': `gossfile: {b.yaml: {}}\n${time}`, 'b.yaml': `\n${time}` },
      ['b.yaml:2: service "chrony" stands in goss.yaml:2 too; goss would silently drop one of them'],
    ],
    [
      { 'goss.yaml': 'gossfile: {b.yaml: {}}', 'b.yaml': 'service:\n  a: {runing: true}' },
      ['b.yaml:2: service has no "runing" (did you mean running?)'],
    ],
    [{ 'goss.yaml': 'gossfile: {b.yaml: {skip: true}}', 'b.yaml': time }, ['goss.yaml:1: yields no checks']],
    [{ 'a.yaml': time }, ['goss.yaml:1: there is no file "goss.yaml"']],
  ])('%j is refused', (files, problems) => {
    expect(problemsOf(files as Record<string, string>)).toEqual(problems);
  });

  test('may be many, but not without end', () => {
    const files = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`x${n}.yaml`, `service: {s${n}: {running: true}}`]),
    );

    expect(problemsOf({ ...files, 'goss.yaml': 'gossfile: {"x*.yaml": {}}' })).toEqual([
      'goss.yaml:1: more than 100 files are included',
    ]);
  });
});

describe('limits', () => {
  const services = (count: number, rest = '') =>
    `service:\n${Array.from({ length: count }, (_, n) => `  s${n}: {enabled: true, running: true${rest}}`).join('\n')}`;

  test('takes 2,500 assertions and refuses one more', () => {
    const rest = ', timeout: 100';

    expect(problemsIn(services(1_250, rest))).toEqual([]);
    expect(problemsIn(`${services(1_250, rest)}\nprocess: {x: {running: true}}`)).toEqual([
      '1: 2501 assertions are more than the 2500 that one run can answer',
    ]);
  });

  test('takes 45 minutes of timeouts and retries, and refuses more', () => {
    expect(problemsIn(services(1, ', timeout: 900000, retry: 2'))).toEqual([]);
    expect(problemsIn(services(1, ', timeout: 900001, retry: 2'))).toEqual([
      '1: all timeouts and retries together are 46 minutes, more than 45',
    ]);
  });

  test('what is skipped takes no time', () => {
    expect(problemsIn(services(3, ', timeout: 2700000, skip: true'))).toEqual([]);
  });

  test.each([
    [
      'aliases that multiply',
      `matching:\n  a:\n    matches: 1\n    content:\n${Array.from({ length: 12 }, (_, n) => `      - &a${n} [${n ? `*a${n - 1}, *a${n - 1}, *a${n - 1}, *a${n - 1}` : 'x'}]`).join('\n')}`,
      'describes too many values',
    ],
    ['an alias of itself', 'matching: {a: {matches: 1, content: &a [*a]}}', 'is nested too deeply'],
    [
      'deep nesting',
      `matching: {a: {matches: 1, content: ${'['.repeat(100)}${']'.repeat(100)}}}`,
      'is nested too deeply',
    ],
    ['endless nesting', '['.repeat(100_000), 'is nested too deeply'],
    ['much text', `#${'x'.repeat(600_000)}`, 'more than 512 KiB of check files'],
  ])('bounds %s', (_, text, problem) => {
    expect(problemsIn(text)).toEqual([`1: ${problem}`]);
  });

  test('shows a hundred problems at most, each of them short', () => {
    const problems = problemsIn(
      `service:\n${Array.from({ length: 300 }, (_, n) => `  s${n}: {${'x'.repeat(900)}: 1}`).join('\n')}`,
    );

    expect(problems).toHaveLength(100);
    expect(Math.max(...problems.map(({ length }) => length))).toBeLessThan(510);
  });
});

test('a file with a name that every object has is no surprise', () => {
  expect(problemsIn('constructor: {a: {}}\nservice:\n  a: {__proto__: 1, toString: 2, running: true}\n')).toEqual([
    expect.stringMatching(/^1: there is no type of check "constructor"/),
    expect.stringMatching(/^3: service has no "__proto__"/),
    expect.stringMatching(/^3: service has no "toString"/),
  ]);
  expect(parseChecks('matching: {__proto__: {content: {__proto__: 1}, matches: {have-key: __proto__}}}')[0]?.id).toBe(
    '__proto__',
  );
});
