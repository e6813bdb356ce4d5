import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

await Parser.init();
const grammar = await Language.load(fileURLToPath(import.meta.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));

/** The syntax tree of Bicep source. */
export function parseBicep(source: string): Node {
  const parser = new Parser();
  parser.setLanguage(grammar);
  const tree = parser.parse(source);
  if (!tree) throw new Error('the parser has no language');
  return tree.rootNode;
}

export function parseBicepFile(path: string): Node {
  return parseBicep(readFileSync(path, 'utf8'));
}

/** Where the parser met what it did not expect, as LINE:COLUMN; the cause can stand before it. */
export function syntaxErrors(root: Node): string[] {
  return descendants(root)
    .filter(({ isError, isMissing }) => isError || isMissing)
    .map(({ startPosition: { row, column } }) => `${row + 1}:${column + 1}`);
}

export function descendants(node: Node): Node[] {
  return [node, ...node.children.flatMap((child) => (child ? descendants(child) : []))];
}

/** The name that a declaration or a property has. */
export function nameOf(node: Node): string {
  return textOf(node.namedChildren.find((child) => child?.type === 'identifier' || child?.type === 'string'));
}

/** Source of a node; of a string, what is between its quotes. */
export function textOf(node: Node | null | undefined): string {
  const text = node?.text ?? '';
  return node?.type === 'string' ? text.slice(1, -1) : text;
}

/** Names of the properties of the first object in a node. */
export function properties(node: Node): string[] {
  return entries(node).map(([name]) => name);
}

/** Names and values, as source, of the properties of the first object in a node. */
export function entries(node: Node): [string, string][] {
  const object = descendants(node).find(({ type }) => type === 'object');
  const own = object?.namedChildren.filter((child) => child?.type === 'object_property') ?? [];
  return own.flatMap((property) => (property ? [[nameOf(property), property.namedChildren.at(-1)?.text ?? '']] : []));
}
