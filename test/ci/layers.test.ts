import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLayers } from '../../.ci/layers.ts';

describe('the layer check', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'layers-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(files: Record<string, string>): Promise<void> {
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), content);
    }
  }

  it.each([
    ['domain-is-pure', 'shared/domain/a.ts', 'shared/azure/b.ts'],
    ['deployed-code-knows-no-stand-in', 'shared/workflow/a.ts', 'local/b.ts'],
    ['workflow-talks-to-ports', 'shared/workflow/a.ts', 'shared/azure/b.ts'],
    ['functions-only-enter', 'functions/a.ts', 'shared/workflow/b.ts'],
    ['deployed-code-knows-no-stand-in', 'shared/smokeTest/a.ts', 'cli/b.ts'],
    ['deployed-code-knows-no-stand-in', 'functions/a.ts', 'cli/b.ts'],
    ['stand-ins-do-not-know-the-product', 'local/arm/a.ts', 'shared/domain/b.ts'],
    ['stand-ins-do-not-know-the-product', 'local/vm/a.ts', 'cli/b.ts'],
  ])('is red for %s', async (rule, from, to) => {
    const up = '../'.repeat(from.split('/').length - 1);
    await write({ [from]: `import { b } from '${up}${to}';\nconsole.log(b);\n`, [to]: 'export const b = 1;\n' });

    expect((await checkLayers(folder)).problems).toContain(`${rule}: ${from} → ${to}`);
  });

  it('is green where imports point inward', async () => {
    await write({
      'shared/workflow/a.ts': `import { b } from '../domain/b.ts';\nconsole.log(b);\n`,
      'shared/domain/b.ts': 'export const b = 1;\n',
    });

    expect(await checkLayers(folder)).toEqual({ files: 2, problems: [] });
  });
});
