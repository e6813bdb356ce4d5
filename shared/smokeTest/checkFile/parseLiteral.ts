import type { Matcher } from './checkFile.ts';
import type { MatchedKind } from './checkTypes.ts';
import { numberProblem } from './parseContent.ts';
import { type Problems, shown } from './problems.ts';
import type { Value } from './yamlSource.ts';

type Scalar = Extract<Value, { kind: 'scalar' }>;

/**
 * A plain value: what is there has to be the same. A text is compared as text and a number as a number, whatever the guest
 * returns. What could never hold, in goss as little as here, is a mistake in the file.
 */
export function parseLiteral(scalar: Scalar, kind: MatchedKind, problems: Problems): Matcher | undefined {
  const problem = literalProblem(scalar, kind);
  if (problem || scalar.value === null) {
    problems.add(scalar.at, problem ?? 'there is no value');
    return undefined;
  }
  // Older files have numbers in quotes where a number belongs; goss converts them.
  const value = kind === 'integer' ? Number(scalar.value) : scalar.value;
  return { match: 'equal', value };
}

function literalProblem(scalar: Scalar, kind: MatchedKind): string | undefined {
  const { value, source } = scalar;
  if (value === null) return 'there is no value';
  if (kind === 'any') return numberProblem(scalar);
  if (kind === 'boolean')
    return typeof value === 'boolean' ? undefined : `true or false has to stand here, not ${shown(source)}`;
  if (typeof value === 'boolean') return `a text cannot be ${source}: put it in quotes`;
  if (kind === 'integer')
    return /^-?(0|[1-9][0-9]{0,14})$/.test(source)
      ? undefined
      : `a whole number has to stand here, not ${shown(source)}`;
  return numberProblem(scalar);
}
