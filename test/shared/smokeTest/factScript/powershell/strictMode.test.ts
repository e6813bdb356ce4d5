import { expect, test } from 'vitest';
import type { Node } from 'web-tree-sitter';
import { compilePowerShellScript } from '../../../../../shared/smokeTest/factScript/powershell/compilePowerShellScript.ts';
import { check, equal } from './checks.ts';
import { parsePowerShell } from './parsePowerShell.ts';

/** One check of every type that Windows can answer: so the script has all its functions in it. */
const script = parsePowerShell(
  compilePowerShellScript(
    [
      check('addr', { address: 'tcp://localhost:22' }, equal('reachable', true)),
      check('command', { exec: 'ver' }, equal('exit-status', 0)),
      check('dns', { resolve: 'localhost' }, equal('resolvable', true)),
      check('file', { path: 'C:\\Windows' }, equal('exists', true)),
      check('group', { groupname: 'Administrators' }, equal('exists', true)),
      check('http', { url: 'https://localhost' }, equal('status', 200)),
      check('interface', { name: 'Ethernet' }, equal('exists', true)),
      check('package', { name: 'Microsoft Edge' }, equal('installed', true)),
      check('port', { port: 'tcp:3389' }, equal('listening', true)),
      check('process', { comm: 'lsass' }, equal('running', true)),
      check('service', { name: 'WinRM' }, equal('running', true)),
      check('user', { username: 'Guest' }, equal('exists', true)),
    ],
    { nonce: 'n', previousBootId: 'b' },
  ),
);

/** Commands that come with every Windows since Server 2016. */
const inbox = [
  ...['Set-StrictMode', 'ForEach-Object', 'Where-Object', 'Select-Object', 'Sort-Object', 'Start-Sleep'],
  ...['Get-Acl', 'Get-ChildItem', 'Get-CimInstance', 'Get-FileHash', 'Get-Item', 'Get-LocalGroup'],
  ...[
    'Get-LocalGroupMember',
    'Get-LocalUser',
    'Get-NetIPAddress',
    'Get-Package',
    'Get-Process',
    'Get-Service',
    'Resolve-DnsName',
  ],
];

const automatic = ['_', 'true', 'false', 'null', 'matches', 'psversiontable', 'erroractionpreference'];

function ofType(node: Node, type: string): Node[] {
  return node.descendantsOfType(type).filter((found): found is Node => found !== null);
}

/** Names of variables, without their scope: PowerShell minds no case. */
function variables(nodes: Node[]): string[] {
  return nodes
    .flatMap((node) => (node.type === 'variable' ? [node] : ofType(node, 'variable')))
    .map(({ text }) => text.toLowerCase().replace(/^[$@](?:script:)?/, ''));
}

/** What is assigned somewhere in a node, is a loop variable or a parameter. */
function assigned(node: Node): string[] {
  const loops = ofType(node, 'foreach_statement').flatMap(({ children }) =>
    children.filter((one) => one?.type === 'variable'),
  );
  return [
    ...variables(ofType(node, 'left_assignment_expression')),
    ...variables(loops.filter((one): one is Node => one !== null)),
    ...variables(ofType(node, 'script_parameter')),
  ];
}

const functions = ofType(script, 'function_statement');
const nameOf = (one: Node) => ofType(one, 'function_name')[0]?.text ?? '';

test('every command is defined in the script or comes with Windows', () => {
  const known = [...inbox, ...functions.map(nameOf)];
  const called = new Set(ofType(script, 'command_name').map(({ text }) => text));
  expect([...called].filter((name) => !known.includes(name))).toEqual([]);
});

test('every function reads only what it was given, what it assigned, or what the script holds', () => {
  const inFunctions = new Set(functions.flatMap((one) => ofType(one, 'variable').map(({ id }) => id)));
  const global = variables(
    ofType(script, 'left_assignment_expression').flatMap((one) =>
      ofType(one, 'variable').filter(({ id }) => !inFunctions.has(id)),
    ),
  );
  const unknown = functions.flatMap((one) => {
    const known = new Set([...automatic, ...global, ...assigned(one)]);
    return variables([one])
      .filter((name) => !known.has(name))
      .map((name) => `${nameOf(one)}: $${name}`);
  });
  expect(unknown).toEqual([]);
});

test('no function is called with more arguments than it has parameters', () => {
  const parameters = new Map(functions.map((one) => [nameOf(one), ofType(one, 'script_parameter').length]));
  const calls = ofType(script, 'command').flatMap((call) => {
    const name = ofType(call, 'command_name')[0]?.text ?? '';
    const limit = parameters.get(name);
    const given = call.children.find((one) => one?.type === 'command_elements');
    const count = given?.namedChildren.filter((one) => one?.type !== 'command_argument_sep').length ?? 0;
    return limit === undefined ? [] : [{ call: call.text, isTooLong: count > limit }];
  });
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.filter(({ isTooLong }) => isTooLong)).toEqual([]);
});
