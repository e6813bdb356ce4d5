import type { Content } from './checkFile.ts';

/** A key or an index; `#`, all elements of a list; `@this`, the value itself. */
type Step = { key: string } | '#' | '@this';

/** What a path of gjson would do more with: wildcards, queries, modifiers, pipes, several paths at once, literals. */
const special = '*?|#@!{[(';

/**
 * The paths of gjson that name one place, or one place in each element of a list: `a.b`, `a.0`, `a.#` (how many), `a.#.b`,
 * `@this`; a `\` takes the next sign as it is. Undefined for all others. Source: SYNTAX.md of tidwall/gjson.
 */
export function parseJsonPath(path: string): Step[] | undefined {
  // A dot after a backslash ends no step.
  const parts = path.match(/(?:^|\.)(?:\\.|[^.\\])*/gs) ?? [];
  const steps = parts.map((part, index) => parseStep(index === 0 ? part : part.slice(1)));
  const isWhole = parts.join('') === path;
  return isWhole && steps.every((step) => step !== undefined) ? steps : undefined;
}

function parseStep(text: string): Step | undefined {
  if (text === '#' || text === '@this') return text;
  const isSpecial = [...text.replaceAll(/\\./gs, '')].some((sign) => special.includes(sign));
  return text === '' || isSpecial ? undefined : { key: text.replaceAll(/\\(.)/gs, '$1') };
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: Content, [step, ...rest]: Step[]): Content | undefined {
  if (step === undefined) return value;
  if (step === '@this') return valueAt(value, rest);
  if (step === '#') {
    if (!Array.isArray(value)) return undefined;
    if (rest.length === 0) return value.length;
    return value.map((element) => valueAt(element, rest)).filter((found) => found !== undefined);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step.key)) return undefined;
  const found = Object.entries(value).find(([key]) => key === step.key);
  return found && valueAt(found[1], rest);
}
