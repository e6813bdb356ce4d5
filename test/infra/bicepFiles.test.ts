import { existsSync, globSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import type { Node } from 'web-tree-sitter';
import { descendants, nameOf, parseBicep, parseBicepFile, properties, syntaxErrors, textOf } from './parseBicep.ts';

const files = globSync('infra/**/*.bicep').sort();
const trees = new Map(files.map((file) => [file, parseBicepFile(file)]));

/** Functions of Bicep that the files call. A name that is not here is a slip of the pen, or has to be looked up. */
const functions = [
  ...['allowed', 'concat', 'description', 'empty', 'environment', 'guid', 'indexOf', 'join', 'last', 'loadJsonContent'],
  ...[
    'filter',
    'flatten',
    'map',
    'maxLength',
    'maxValue',
    'minLength',
    'minValue',
    'replace',
    'resourceGroup',
    'split',
    'string',
  ],
  ...['cidrSubnet', 'items', 'resourceId'],
  ...['subscription', 'subscriptionResourceId', 'tenant', 'toLower', 'toObject', 'trim', 'union', 'uniqueString'],
  'utcNow',
];

function ofType(root: Node, type: string): Node[] {
  return descendants(root).filter((node) => node.type === type);
}

/** Paths of the modules that are called, with what they are given, as they stand in the file. */
function moduleCalls(file: string) {
  const root = trees.get(file);
  return (root ? ofType(root, 'module_declaration') : []).map((node) => {
    const path = textOf(ofType(node, 'string')[0]);
    const params = ofType(node, 'object_property').find((property) => nameOf(property) === 'params');
    return { name: nameOf(node), file: normalize(join(dirname(file), path)), given: params ? properties(params) : [] };
  });
}

function parameters(file: string) {
  const root = trees.get(file);
  return (root ? ofType(root, 'parameter_declaration') : []).map((node) => ({
    name: nameOf(node),
    optional: node.children.some((child) => child?.type === '='),
  }));
}

function outputs(file: string): string[] {
  const root = trees.get(file);
  return (root ? ofType(root, 'output_declaration') : []).map(nameOf);
}

test.each(files)('%s has no syntax errors', (file) => {
  expect(syntaxErrors(parseBicepFile(file))).toEqual([]);
});

test.each([
  ['a string that is not closed', "param location string = 'westeurope\nparam other string\n"],
  ['a brace that is not closed', "resource a 'x@1' = {\n  name: 'b'\n"],
  ['a property without a value', 'var a = {\n  b:\n}\n'],
  ['an unknown declaration', 'parameter location string\n'],
])('%s is seen', (_, source) => {
  expect(syntaxErrors(parseBicep(source))).not.toEqual([]);
});

test.each(files)('what %s calls is there, takes what it is given, and lacks nothing', (file) => {
  for (const call of moduleCalls(file)) {
    const declared = parameters(call.file);
    expect({ [call.name]: files.includes(call.file) }).toEqual({ [call.name]: true });
    expect(declared.map(({ name }) => name)).toEqual(expect.arrayContaining(call.given));
    const required = declared.filter(({ optional }) => !optional).map(({ name }) => name);
    expect(call.given).toEqual(expect.arrayContaining(required));
  }
});

test.each(files)('outputs of modules that %s reads are there', (file) => {
  const calls = new Map(moduleCalls(file).map((call) => [call.name, call.file]));
  const source = trees.get(file)?.text ?? '';
  const read = [...source.matchAll(/\b(\w+)\.outputs\.(\w+)/g)];

  const missing = read.filter(([, module = '', name = '']) => !outputs(calls.get(module) ?? '').includes(name));

  expect(missing.map(([text]) => text)).toEqual([]);
});

test.each(files)('JSON that %s loads is there', (file) => {
  const paths = [...(trees.get(file)?.text ?? '').matchAll(/loadJsonContent\('([^']+)'\)/g)].map(
    ([, path = '']) => path,
  );

  expect(paths.filter((path) => !existsSync(join(dirname(file), path)))).toEqual([]);
});

test.each(files)('every name in %s is declared in it, and every parameter and variable is used', (file) => {
  const root = trees.get(file);
  if (!root) throw new Error('not parsed');
  const declarations = descendants(root).filter(({ type }) => type.endsWith('_declaration'));
  const loops = ofType(root, 'for_statement').flatMap((node) => ofType(node, 'for_loop_parameters'));
  const enumerators = loops.flatMap((node) => node.namedChildren.map(textOf));
  const firsts = [...ofType(root, 'for_statement'), ...ofType(root, 'lambda_expression')];
  const loopNames = [...enumerators, ...firsts.map((node) => textOf(node.namedChildren[0]))];
  const used = ofType(root, 'identifier')
    .filter((node) => !isKeyOrDeclared(node))
    .map(textOf);

  const known = new Set([...declarations.map(nameOf), ...loopNames, ...functions]);
  expect(used.filter((name) => !known.has(name))).toEqual([]);
  const inputs = declarations.filter(({ type }) => /^(parameter|variable)_/.test(type)).map(nameOf);
  expect(inputs.filter((name) => !used.includes(name))).toEqual([]);
});

function isKeyOrDeclared(node: Node): boolean {
  const { parent } = node;
  if (!parent) return false;
  const first = parent.namedChildren[0]?.id === node.id;
  return first && (parent.type === 'object_property' || parent.type.endsWith('_declaration'));
}
