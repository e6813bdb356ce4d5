import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import parametersFile from '../../infra/main.parameters.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };
import { descendants, nameOf, parseBicepFile } from './parseBicep.ts';

const hook = z.object({ windows: z.object({ run: z.string() }), posix: z.object({ run: z.string() }) });
const azureYaml = z
  .object({
    services: z.object({
      api: z.object({
        project: z.literal('.'),
        dist: z.literal('dist'),
        remoteBuild: z.literal(false),
        hooks: z.object({ prepackage: hook }),
      }),
    }),
    hooks: z.object({ postdeploy: hook }),
  })
  .parse(parse(readFileSync('azure.yaml', 'utf8')));
const { windows, posix } = azureYaml.hooks.postdeploy;

function declared(file: string, type: string) {
  return descendants(parseBicepFile(file))
    .filter((node) => node.type === `${type}_declaration`)
    .map((node) => ({ name: nameOf(node), optional: node.children.some((child) => child?.type === '=') }));
}

test('azd does not build in Azure: its ignore file is there and leaves node_modules alone', () => {
  expect(readFileSync('.funcignore', 'utf8').split('\n')).not.toContainEqual(
    expect.stringMatching(/^\/?node_modules|^\*/),
  );
});

test.each([
  ['windows', windows.run, /\$env:([A-Z_]+)/g],
  ['posix', posix.run, /\$([A-Z_]+)/g],
])(
  'after deployment, on %s, the event subscriptions get every parameter, from outputs that are there',
  (_, run, variable) => {
    const outputs = declared('infra/main.bicep', 'output').map(({ name }) => name);
    const parameters = declared('infra/eventSubscriptions.bicep', 'parameter').map(({ name }) => name);

    const given = [...run.matchAll(/"(\w+)=\$/g)].map(([, name]) => name);
    const read = [...run.matchAll(variable)]
      .map(([, name = '']) => name)
      .filter((name) => name.startsWith('IMPRIMATUR_'));

    expect(given).toEqual(parameters);
    expect(read.filter((name) => !outputs.includes(name))).toEqual([]);
  },
);

test('the hook before packaging makes the deployable folder', () => {
  const { prepackage } = azureYaml.services.api.hooks;

  expect([prepackage.windows.run, prepackage.posix.run]).toEqual(['npm run package', 'npm run package']);
  expect(packageJson.scripts.package).toContain('.ci/package.ts');
});

test('azd fills in parameters that are there, and every one that has no default', () => {
  const parameters = declared('infra/main.bicep', 'parameter');
  const given = Object.keys(parametersFile.parameters);

  expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(given));
  expect(given).toEqual(expect.arrayContaining(parameters.filter(({ optional }) => !optional).map(({ name }) => name)));
});
