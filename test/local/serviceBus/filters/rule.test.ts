import { describe, expect, it } from 'vitest';
import { compileAction } from '../../../../local/serviceBus/filters/action.ts';
import { compileCorrelation } from '../../../../local/serviceBus/filters/correlation.ts';
import { FilterEvaluationError, matches } from '../../../../local/serviceBus/filters/evaluate.ts';
import { parseFilter } from '../../../../local/serviceBus/filters/parse.ts';
import { viewOfContent } from '../../../../local/serviceBus/filters/viewOfContent.ts';
import { content } from '../entity/testNamespace.ts';

const message = content('id-1', {
  subject: 'image.published',
  correlation_id: 'c',
  group_id: 'session',
  content_type: 'application/json',
  application_properties: {
    n: 4,
    real: 1.5,
    text: "it's",
    yes: true,
    no: false,
    'With Space': 'x',
    '100%': 'sure',
    nothing: null,
  },
});
const view = viewOfContent(message, 1000);
const passes = (expression: string) => matches(parseFilter(expression), view);

describe('a filter that passes', () => {
  it.each([
    ...[
      '1 = 1',
      'n = 4',
      'N = 4',
      'n <> 5',
      'n != 5',
      'n < 5',
      'n <= 4',
      'n > 3',
      'n >= 4',
      'real = 1.5',
      'yes',
      'NOT no',
    ],
    ...[
      "text = 'it''s'",
      "[With Space] = 'x'",
      '"With Space" = \'x\'',
      "user.[100%] = 'sure'",
      "sys.Label = 'image.published'",
    ],
    ...[
      "sys.MessageId = 'id-1' AND sys.SessionId = 'session'",
      "sys.correlationid = 'c'",
      "sys.ContentType LIKE '%json'",
    ],
    ...[
      'n + 1 * 2 = 6',
      '(n + 1) * 2 = 10',
      'n / 3 = 1',
      'real / 3 = 0.5',
      'n % 3 = 1',
      '-n = -4',
      '+n = 4',
      'n = 4e0',
      '.5 < real',
    ],
    ...[
      "text LIKE 'it_s'",
      "text LIKE '%'",
      "text NOT LIKE 'x%'",
      "'10%' LIKE '10\\%' ESCAPE '\\'",
      "'a.b' LIKE 'a.b'",
    ],
    ...['n IN (1, 2, 4)', 'n NOT IN (1, 2)', "text IN ('x', text)"],
    ...[
      'EXISTS(n)',
      'EXISTS(user.n)',
      'NOT EXISTS(missing)',
      'EXISTS(nothing)',
      'missing IS NULL',
      'nothing IS NULL',
      'n IS NOT NULL',
    ],
    ...['missing = 1 OR n = 4', 'n = 4 OR missing = 1', 'NOT (missing = 1 AND n = 5)', 'TRUE', 'NOT FALSE'],
    ...["property('n') = 4", "p('te' + 'xt') = text", 'newid() <> newid()', 'n=4AND yes', 'NOT n = 5 AND yes'],
  ])('%s', (expression) => expect(passes(expression)).toBe(true));
});

describe('a filter that does not pass, false or unknown', () => {
  it.each([
    ...['1 = 0', 'n = 5', "n = '4'", "text = 'IT''S'", 'FALSE', 'NULL', 'n = NULL', 'nothing = NULL'],
    ...[
      'missing = 1',
      'missing <> 1',
      'NOT missing = 1',
      'missing IN (1)',
      'missing NOT IN (1)',
      "missing LIKE '%'",
      "missing NOT LIKE 'x'",
    ],
    ...[
      'missing + 1 = 1',
      '-missing < 0',
      'missing = 1 OR n = 5',
      'missing = 1 AND n = 4',
      'NOT (missing = 1 OR n = 5)',
    ],
    ...[
      "text LIKE 'it'",
      "text LIKE 'IT%'",
      "'10x' LIKE '10\\%' ESCAPE '\\'",
      "'axb' LIKE 'a.b'",
      'n IS NULL',
      'EXISTS(missing)',
    ],
  ])('%s', (expression) => expect(passes(expression)).toBe(false));
});

describe('a filter that cannot be computed', () => {
  it.each(['n / 0 = 1', 'text * 2 = 1', 'n', "text LIKE '%' ESCAPE 'ab'", 'n LIKE 4', 'p(n) = 1', '-text = 1'])(
    '%s',
    (expression) => expect(() => passes(expression)).toThrow(FilterEvaluationError),
  );
});

describe('a filter that is refused', () => {
  it.each([
    ['', 'Expected a value at position 0, found the end of the expression.'],
    ['n =', 'Expected a value at position 3'],
    ['n = 4 n', 'Expected the end of the expression at position 6, found n.'],
    ['(n = 4', "Expected ')' at position 6"],
    ['n ~ 4', "Unexpected character '~' at position 2."],
    ["n = 'open", "Unexpected character ''' at position 4."],
    ['n IN ()', 'Expected a value at position 6'],
    ['n NOT 4', "Expected 'IN' or 'LIKE' at position 6"],
    ['1 IS NULL', 'IS [NOT] NULL applies to a property.'],
    ['EXISTS(1)', 'Expected a property name at position 7'],
    ['sys.Nonsense = 1', "There is no system property 'Nonsense'."],
    ['other.n = 1', "Unknown scope 'other' at position 0: use sys or user."],
    ['upper(n) = 1', "Unknown function 'upper' at position 0."],
    [`n = ${'1'.repeat(1021)}`, 'The SQL filter expression has 1025 characters; the limit is 1024.'],
  ])('%s', (expression, reason) => expect(() => parseFilter(expression)).toThrow(reason));
});

describe('an action', () => {
  it('sets and removes properties, in order, with the types of its values', () => {
    const act = compileAction(
      "SET n = n + 1; SET twice = N * 2; SET real = 0.25; SET sys.Label = 'l'; REMOVE text; REMOVE sys.CorrelationId;",
    );

    const changed = act(message, 0);

    expect(['n', 'twice', 'real', 'text', 'yes'].map((name) => changed.applicationProperty(name))).toEqual([
      5,
      10,
      0.25,
      undefined,
      true,
    ]);
    expect([changed.property('subject'), changed.property('correlationId')]).toEqual(['l', undefined]);
    expect(message.applicationProperty('n')).toBe(4);
  });

  it.each([
    ['', "Expected 'SET' at position 0"],
    ['SET n', "Expected '=' at position 5"],
    ['SET n = 1 REMOVE m', 'Expected the end of the expression'],
    ['SET sys.EnqueuedTimeUtc = 1', "The system property 'EnqueuedTimeUtc' cannot be changed."],
    ['SET a = 1;'.repeat(33), 'The action has 33 statements; the limit is 32.'],
    [`SET a = '${'x'.repeat(1024)}'`, 'the limit is 1024'],
  ])('is refused: %s', (expression, reason) => expect(() => compileAction(expression)).toThrow(reason));
});

describe('a correlation filter', () => {
  it('passes what equals it in every field, with the exact value and type', () => {
    const correlates = (filter: object) => compileCorrelation({ kind: 'correlation', ...filter })(view);

    expect(correlates({ subject: 'image.published', sessionId: 'session', properties: { n: 4, yes: true } })).toBe(
      true,
    );
    expect(correlates({ subject: 'image.published', properties: { n: 5 } })).toBe(false);
    expect(correlates({ properties: { n: '4' } })).toBe(false);
    expect(correlates({ subject: 'Image.Published' })).toBe(false);
    expect(correlates({ to: 'x' })).toBe(false);
  });

  it('is refused without a field', () => {
    expect(() => compileCorrelation({ kind: 'correlation' })).toThrow(/at least one/);
  });
});
