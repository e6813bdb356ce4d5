import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../../local/serviceBus/filters/parse.ts';
import { compileFilter, teamFilter } from '../../../../shared/domain/teams/teamFilter.ts';
import { fc } from '../../../fastCheck.ts';

const only = (team: string) => ` AND (team IS NULL OR team = '${team}' AND NOT type LIKE 'imprimatur.team.%')`;

describe('the filter of a team', () => {
  it.each([
    [{}, '(1 = 1)'],
    [{ images: ['ubuntu-2404'] }, "(image = 'ubuntu-2404')"],
    [{ images: ['CorpGallery/Ubuntu-*'] }, "((gallery = 'corpgallery' AND image LIKE 'ubuntu-%'))"],
    [{ images: ['web_*', 'b'] }, "((image LIKE 'web!_%' ESCAPE '!' OR image = 'b'))"],
    [
      { types: ['imageVersion.published'], outcomes: ['passed' as const] },
      "(type IN ('imprimatur.imageVersion.published.v1') AND outcome IN ('passed'))",
    ],
    [{ regions: ['westeurope'] }, "((regions = '' OR regions LIKE '%,westeurope,%'))"],
    [{ severities: ['critical' as const], os: ['linux' as const] }, "(severity IN ('critical') AND os IN ('linux'))"],
    [{ sql: "image = 'a' OR image = 'b'" }, "(image = 'a' OR image = 'b')"],
  ])('%j is SQL that passes no other team what is for one alone', (filter, sql) => {
    expect(compileFilter('web', teamFilter.parse(filter))).toEqual({ kind: 'sql', sql: sql + only('web') });
  });

  it.each([
    [{ types: ['imageVersion.publishd'] }],
    [{ images: [] }],
    [{ images: ["x' OR 1=1"] }],
    [{ regions: ['West Europe'] }],
    [{ images: ['a'], sql: '1=1' }],
    [{ image: ['a'] }],
  ])('%j is refused', (filter) => {
    expect(teamFilter.safeParse(filter).success).toBe(false);
  });

  it.each(['1=1) OR (1=1', "a = 'x", "a = 'x' -- ", '((a = 1)', '"a'])(
    'the SQL filter %s cannot get out of its brackets',
    (sql) => {
      expect(compileFilter('web', { sql })).toMatchObject({ kind: 'invalid' });
    },
  );

  it('that is too long is refused with what to do', () => {
    const images = Array.from({ length: 25 }, (_, index) => `${'x'.repeat(70)}${index}`);

    expect(compileFilter('web', { images })).toMatchObject({ reason: expect.stringContaining('shorten it') });
  });

  it('made of lists is always one that Service Bus can parse', () => {
    const names = fc.stringMatching(/^[\w.*-]{1,20}(\/[\w.*-]{1,20})?$/);
    const lists = fc.record({ images: fc.array(names, { minLength: 1, maxLength: 5 }) });
    fc.assert(
      fc.property(lists, (filter) => {
        const parsed = teamFilter.safeParse(filter);
        if (!parsed.success) return;
        const compiled = compileFilter('web', parsed.data);
        if (compiled.kind === 'sql') parseFilter(compiled.sql);
      }),
    );
  });

  it('given as any SQL text keeps what is around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (sql) => {
        const compiled = compileFilter('web', { sql });
        if (compiled.kind === 'invalid') return;
        try {
          parseFilter(`(${sql})`);
        } catch {
          return;
        }
        expect(parseFilter(compiled.sql)).toMatchObject({ kind: 'binary', operator: 'AND' });
      }),
    );
  });
});
