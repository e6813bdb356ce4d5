import type { Content } from './checkFile.ts';
import { type Problems, shown } from './problems.ts';
import type { Value } from './yamlSource.ts';

/** Data as it stands in the file, for `content`, `equal` and `meta`. */
export function parseContent(value: Value, problems: Problems): Content {
  if (value.kind === 'list') return value.items().map((item) => parseContent(item, problems));
  if (value.kind === 'map')
    return Object.fromEntries(value.entries().map((entry) => [entry.key, parseContent(entry.value, problems)]));
  const problem = numberProblem(value);
  if (problem) problems.add(value.at, problem);
  return value.value;
}

/**
 * Why a number is none that everybody reads alike: `0644` is 420 to goss (YAML 1.1) and 644 to YAML 1.2. Undefined for
 * anything that is no number.
 */
export function numberProblem({ value, source, plain }: Extract<Value, { kind: 'scalar' }>): string | undefined {
  if (!plain) return undefined;
  if (/^[-+]?0[0-9]|^[-+]?[0-9][0-9]*_|^[-+]?0b[01]/.test(source))
    return `${shown(source)} is read differently by different readers of YAML: put it in quotes`;
  if (typeof value !== 'number') return undefined;
  if (!Number.isFinite(value)) return `${shown(source)} is no number to compare with`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return `${shown(source)} is too large: put it in quotes`;
  return undefined;
}
