import { type Document, isMap, isNode, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type * as z from 'zod';

/** A mistake in a file that people write: where, counted from 1 as editors do, and what. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}

export interface YamlSource {
  value: unknown;
  /** The problems that a schema found in the value, each at the place of its path in the file. */
  locate(error: z.ZodError): Problem[];
}

export type ParsedYaml = { kind: 'yaml'; source: YamlSource } | { kind: 'invalid'; problems: Problem[] };

type Path = readonly PropertyKey[];

/** Parses one YAML document. Aliases are resolved only here: one without its anchor, or a bomb of them, is a problem. */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (document.errors.length > 0) {
    return { kind: 'invalid', problems: document.errors.map(({ pos, message }) => at(pos[0], message)) };
  }
  try {
    const locate = ({ issues }: z.ZodError) => issues.flatMap((issue) => locateIssue(document, issue, at));
    return { kind: 'yaml', source: { value: document.toJS(), locate } };
  } catch (error) {
    return { kind: 'invalid', problems: [at(0, error instanceof Error ? error.message : String(error))] };
  }
}

export function describeProblem({ line, column, message }: Problem): string {
  return `line ${line}, column ${column}: ${message}`;
}

function locateIssue(
  document: Document,
  issue: z.core.$ZodIssue,
  at: (offset: number, message: string) => Problem,
): Problem[] {
  const { path, message } = issue;
  const subject = path.map(String).join('.') || 'file';
  if (issue.code !== 'unrecognized_keys') return [at(offsetOf(document, path), `${subject}: ${message}`)];
  const owner = nodeAt(document, path);
  return issue.keys.map((key) => at(keyOffset(owner, key), `${subject}: there is no "${key}" here`));
}

/** Where the value of a path begins, or the nearest thing around it that is in the file. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const found = nodeAt(document, path.slice(0, length));
    if (found?.range) return found.range[0];
  }
  return 0;
}

function nodeAt(document: Document, path: Path): Node | undefined {
  const found: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(found) ? found : undefined;
}

function keyOffset(owner: Node | undefined, key: string): number {
  const pair = isMap(owner) && owner.items.find((item) => isScalar(item.key) && item.key.value === key);
  const range = pair && isScalar(pair.key) ? pair.key.range : owner?.range;
  return range?.[0] ?? 0;
}
