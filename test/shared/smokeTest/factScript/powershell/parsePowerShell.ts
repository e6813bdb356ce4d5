import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

await Parser.init();
const grammar = await Language.load(
  fileURLToPath(import.meta.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm')),
);

/** The syntax tree of PowerShell source. */
export function parsePowerShell(source: string): Node {
  const parser = new Parser();
  parser.setLanguage(grammar);
  const tree = parser.parse(source);
  if (!tree) throw new Error('the parser has no language');
  return tree.rootNode;
}

/** The source with every literal, plain or encoded, replaced by the same sign. */
export function withoutLiterals(source: string): string {
  const places = literalNodes(parsePowerShell(source)).sort((a, b) => b.startIndex - a.startIndex);
  let rest = source;
  for (const { startIndex, endIndex } of places) rest = `${rest.slice(0, startIndex)}TEXT${rest.slice(endIndex)}`;
  return rest.replaceAll('(ConvertFrom-Utf8 TEXT)', 'TEXT');
}

/** What the literals of a script stand for. */
export function literals(source: string): string[] {
  return literalNodes(parsePowerShell(source)).map((node) => {
    const text = node.text.slice(1, -1).replaceAll("''", "'");
    const isEncoded = /\(ConvertFrom-Utf8 $/.test(source.slice(node.startIndex - 18, node.startIndex));
    return isEncoded ? Buffer.from(text, 'base64').toString('utf8') : text;
  });
}

function literalNodes(root: Node): Node[] {
  return root.descendantsOfType('verbatim_string_characters');
}
