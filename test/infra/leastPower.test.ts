import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Node } from 'web-tree-sitter';
import clouds from '../../infra/clouds.json' with { type: 'json' };
import { descendants, entries, nameOf, parseBicepFile, textOf } from './parseBicep.ts';

const files = globSync('infra/**/*.bicep');
const declarations = files.flatMap((file) =>
  descendants(parseBicepFile(file)).filter(({ type }) => type === 'resource_declaration'),
);

function ofType(prefix: string): Node[] {
  return declarations.filter(
    (node) => textOf(node.namedChildren.find((child) => child?.type === 'string')).split('@')[0] === prefix,
  );
}

function named(file: string, name: string): Record<string, string> {
  const node = descendants(parseBicepFile(`infra/modules/${file}.bicep`)).find(
    ({ type, namedChildren }) => type.endsWith('_declaration') && textOf(namedChildren[0]) === name,
  );
  return node ? Object.fromEntries(entries(node)) : {};
}

/** The value of a property, wherever it is nested, as it stands in the file. */
function valuesOf(node: Node, property: string): string[] {
  return descendants(node)
    .filter((child) => child.type === 'object_property' && nameOf(child) === property)
    .map((child) => child.namedChildren.at(-1)?.text ?? '');
}

describe('nobody signs in with a key', () => {
  test('to a storage account', () => {
    const accounts = ofType('Microsoft.Storage/storageAccounts');

    expect(accounts).toHaveLength(2);
    for (const account of accounts) {
      expect(valuesOf(account, 'allowSharedKeyAccess')).toEqual(['false']);
      expect(valuesOf(account, 'allowBlobPublicAccess')).toEqual(['false']);
    }
  });

  test.each([
    ['Microsoft.ServiceBus/namespaces', 'disableLocalAuth', 'true'],
    ['Microsoft.Insights/components', 'DisableLocalAuth', 'true'],
    ['Microsoft.KeyVault/vaults', 'enableRbacAuthorization', 'true'],
  ])('to %s', (type, property, value) => {
    expect(ofType(type).flatMap((node) => valuesOf(node, property))).toEqual([value]);
  });
});

describe('what is kept', () => {
  test('of audit logs can be appended to and nothing else, for seven years', () => {
    const [policy] = ofType('Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies');

    expect(policy && valuesOf(policy, 'allowProtectedAppendWrites')).toEqual(['true']);
    expect(policy && valuesOf(policy, 'immutabilityPeriodSinceCreationInDays')).toEqual(['auditRetentionDays']);
    expect(readFileSync('infra/main.bicep', 'utf8')).toContain('param auditRetentionDays int = 2557');
  });

  test('of evidence is deleted after a year, of undelivered events after 30 days, and nothing else is', () => {
    const [policy] = ofType('Microsoft.Storage/storageAccounts/managementPolicies');

    expect(policy && valuesOf(policy, 'prefixMatch')).toEqual(["['evidence/']", "['event-dead-letters/']"]);
    expect(policy && valuesOf(policy, 'daysAfterCreationGreaterThan')).toEqual(['evidenceRetentionDays', '30']);
    expect(readFileSync('infra/main.bicep', 'utf8')).toContain('param evidenceRetentionDays int = 365');
  });
});

test('the key that signs for one blob is given for the account: a role on a container would not give it', () => {
  expect(named('storage', 'serviceDelegates').scope).toBe('account');
});

test('teams are managed by an identity of their own: their topic, where it forwards to, and the secrets of webhooks', () => {
  for (const name of ['teamsManage', 'teamsGrant']) expect(named('serviceBus', name).scope).toBe('topics[0]');
  expect(named('serviceBus', 'teamsForward').scope).toContain("'deliveries'");
  expect(named('keyVault', 'teamsKeep').scope).toBe('vault');
  const source = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const assigned = [...source.matchAll(/principalId: teamsPrincipalId/g)];
  expect(assigned).toHaveLength(4);
  const [, condition = ''] = /condition: '(.*)'/.exec(source) ?? [];
  expect(condition.match(/GuidEquals \{\$\{dataReceiver\}\}/g)).toHaveLength(2);
});

test('nobody gets into the network of smoke-test VMs, and they get out to Azure by HTTPS alone', () => {
  const [group] = ofType('Microsoft.Network/networkSecurityGroups');
  const rules = group
    ? descendants(group).filter((node) => node.type === 'object' && /^\{\s*name:/.test(node.text))
    : [];

  const table = rules.map((rule) => [
    valuesOf(rule, 'direction')[0],
    valuesOf(rule, 'access')[0],
    valuesOf(rule, 'destinationAddressPrefix')[0],
    valuesOf(rule, 'destinationPortRange')[0],
  ]);
  expect(table.filter(([direction]) => direction !== undefined)).toEqual(
    expect.arrayContaining([
      ["'Inbound'", "'Deny'", "'*'", "'*'"],
      ["'Outbound'", "'Allow'", "'AzureCloud'", "'443'"],
      ["'Outbound'", "'Deny'", "'*'", "'*'"],
    ]),
  );
  expect(table.filter(([, access]) => access === "'Allow'")).not.toContainEqual(["'Inbound'"]);
  expect(group && valuesOf(group, 'access').filter((access) => access === "'Allow'")).toHaveLength(1);
});

describe('every cloud', () => {
  test('has the same kinds of private names, and may be chosen', () => {
    const kinds = Object.values(clouds).map(({ privateDnsZones }) => Object.keys(privateDnsZones));
    const main = readFileSync('infra/main.bicep', 'utf8');
    const used = [...main.matchAll(/kind: '(\w+)'/g)].map(([, kind = '']) => kind);

    for (const each of kinds) expect(each).toEqual(kinds[0]);
    expect([...new Set(used)].sort()).toEqual(kinds[0]);
    expect(main).toContain(`@allowed([${Object.keys(clouds).map((name) => `'${name}'`)}])`.replaceAll(',', ', '));
  });

  test('is told from the others by these names and by what Azure says, never by a host in a template', () => {
    for (const file of files) {
      const code = readFileSync(file, 'utf8').replaceAll(/\/\/.*$/gm, '');
      expect(code).not.toMatch(/\.(windows|azure|azurewebsites)\.(net|com)|chinacloud|usgov/);
    }
  });
});
