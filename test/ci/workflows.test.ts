import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
/** The part of GitHub's syntax that is used here: a key that is spelt otherwise would be refused there, or do nothing. */
const env = z.record(z.string(), z.string());
const inputs: Record<string, string[]> = {
  'actions/checkout': ['persist-credentials'],
  'actions/setup-node': ['node-version', 'cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found'],
  'azure/login': ['client-id', 'tenant-id', 'subscription-id'],
  'Azure/setup-azd': [],
};
const step = z.union([
  z.strictObject({ run: z.string(), env: env.optional() }),
  z
    .strictObject({ uses: z.string(), with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional() })
    .refine(({ uses, with: given = {} }) => {
      const known = inputs[uses.split('@')[0] ?? ''];
      return known && Object.keys(given).every((name) => known.includes(name));
    }, 'the action has no such input'),
]);
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    push: z.strictObject({ branches: z.array(z.string()) }).optional(),
    pull_request: z.null().optional(),
    workflow_dispatch: z
      .strictObject({
        inputs: z.record(
          z.string(),
          z.strictObject({ description: z.string(), type: z.enum(['environment']), required: z.boolean() }),
        ),
      })
      .optional(),
  }),
  permissions,
  concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.string().optional() }),
  jobs: z.record(
    z.string(),
    z.strictObject({
      'runs-on': z.literal('ubuntu-24.04'),
      'timeout-minutes': z.number(),
      strategy: z.strictObject({ matrix: z.record(z.string(), z.array(z.string())) }).optional(),
      environment: z.string().optional(),
      permissions: permissions.optional(),
      env: env.optional(),
      steps: z.array(step),
    }),
  ),
});
const files = globSync('.github/workflows/*.yml').sort();
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const workflows = files.map((file) => ({ file, workflow: workflowSchema.parse(parse(texts.get(file) ?? '')) }));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ file, name, job })),
);
const commands = jobs.flatMap(({ job }) => job.steps.flatMap((each) => ('run' in each ? each.run : [])));

describe('the workflows', () => {
  test('pin every action by its full commit, with the release in a comment, one commit for each action', () => {
    const uses = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/uses: (.*)/g)].map(([, pinned = '']) => pinned),
    );

    for (const pinned of uses) expect(pinned).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const actions = new Set(uses.map((pinned) => pinned.split('@')[0]));
    expect(new Set(uses).size).toBe(actions.size);
  });

  test('name in expressions only what is there: inputs, values of the matrix, variables of an environment', () => {
    for (const { file, workflow } of workflows) {
      const known = [
        ...Object.keys(workflow.on.workflow_dispatch?.inputs ?? {}).map((name) => `inputs.${name}`),
        ...Object.values(workflow.jobs).flatMap(({ strategy }) =>
          Object.keys(strategy?.matrix ?? {}).map((name) => `matrix.${name}`),
        ),
        'github.ref',
      ];
      const named = [...(texts.get(file) ?? '').matchAll(/\$\{\{ (.*?) \}\}/g)].flatMap(([, expression = '']) =>
        expression.split(/ (?:\|\||!=) /),
      );

      expect(named).not.toEqual([]);
      const unknown = named.filter((each) => !known.includes(each) && !/^(vars\.[A-Z_]+|'[^']*')$/.test(each));
      expect(unknown).toEqual([]);
    }
  });

  test('may only read, save the deployment, which may ask for a token to sign in with', () => {
    for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' });
    const more = jobs.flatMap(({ name, job }) => (job.permissions ? [[name, job.permissions]] : []));
    expect(more).toEqual([['deploy', { contents: 'read', 'id-token': 'write' }]]);
  });

  test('hold no secret, and put no value of an expression into a command', () => {
    for (const text of texts.values()) expect(text).not.toContain('secrets.');
    for (const command of commands) expect(command).not.toContain('${{');
  });

  test('call scripts that are there', () => {
    const scripts = commands.flatMap((command) =>
      [...command.matchAll(/npm (?:run )?(\S+)/g)].map(([, script = '']) => script),
    );

    expect(scripts.filter((script) => script !== 'ci' && !(script in packageJson.scripts))).toEqual([]);
    expect(
      commands.filter((command) => command.startsWith('.ci/') && !existsSync(command.split(' ')[0] ?? '')),
    ).toEqual([]);
  });

  test('give azd every parameter that its environment would hold', () => {
    const parameters = readFileSync('infra/main.parameters.json', 'utf8');
    const names = [...parameters.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const given = parse(texts.get('.github/workflows/deploy.yml') ?? '').jobs.deploy.env;

    // azd finds out itself who is signed in.
    expect(Object.keys(given)).toEqual(expect.arrayContaining(names.filter((name) => name !== 'AZURE_PRINCIPAL_ID')));
  });
});
