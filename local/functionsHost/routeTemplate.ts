/** A route as ASP.NET reads it: `items/{id:int}/{rest?}`, `files/{*path}`. */
export interface RouteTemplate {
  /** The parameters of a path without its leading slash, or undefined when the route does not match. */
  match(path: string): Record<string, string> | undefined;
  /** Sorts before less specific routes. */
  precedence: string;
}

const parameter =
  /\{(?<stars>\*{0,2})(?<name>[^:=?}]+)(?<constraints>(?::[^:=?{}]+(?:\([^)]*\))?)*)(?:=(?<fallback>[^?}]*))?(?<optional>\?)?\}/g;

const constraintPatterns: Record<string, string> = {
  int: '[-+]?\\d+',
  long: '[-+]?\\d+',
  decimal: '[-+]?[\\d.,]+',
  double: '[-+]?[\\d.,]+(?:[eE][-+]?\\d+)?',
  float: '[-+]?[\\d.,]+(?:[eE][-+]?\\d+)?',
  alpha: '[A-Za-z]+',
  bool: 'true|false',
  guid: '\\{?[0-9A-Fa-f]{8}(?:-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}\\}?',
};

/** Compiles a route; constraints it does not know (`length`, `regex`, …) accept everything. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = template.split('/').filter((segment) => segment !== '');
  const names: string[] = [];
  const fallbacks: Record<string, string> = {};
  let pattern = '';
  let precedence = '';

  for (const [index, segment] of segments.entries()) {
    const slash = index === 0 ? '' : '/';
    let part = '';
    let end = 0;
    let canBeAbsent = false;
    for (const found of segment.matchAll(parameter)) {
      const { stars, name = '', constraints = '', fallback, optional } = found.groups ?? {};
      part += escapeRegExp(segment.slice(end, found.index));
      part += `(${stars ? '.*' : (constraintPattern(constraints) ?? '[^/]+?')})`;
      end = found.index + found[0].length;
      names.push(name.trim());
      if (fallback !== undefined) fallbacks[name.trim()] = fallback;
      if (found[0] === segment) canBeAbsent = Boolean(stars || optional || fallback !== undefined);
    }
    part += escapeRegExp(segment.slice(end));
    pattern += canBeAbsent ? `(?:${slash}${part})?` : `${slash}${part}`;
    precedence += rank(segment);
  }

  const expression = new RegExp(`^${pattern}/?$`, 'i');
  return {
    precedence,
    match(path) {
      const found = expression.exec(path);
      if (!found) return undefined;
      const values = names.map((name, index) => [name, found[index + 1]] as const);
      const present = values.filter((entry): entry is [string, string] => Boolean(entry[1]));
      return { ...fallbacks, ...Object.fromEntries(present.map(([name, value]) => [name, decode(value)])) };
    },
  };
}

function constraintPattern(constraints: string): string | undefined {
  return constraints
    .split(':')
    .map((constraint) => constraintPatterns[constraint.toLowerCase()])
    .find((pattern) => pattern !== undefined);
}

/** ASP.NET's order: literal, constrained parameter, parameter, catch-all. */
function rank(segment: string): string {
  if (!segment.includes('{')) return '1';
  if (segment.startsWith('{*')) return segment.includes(':') ? '4' : '5';
  return segment.includes(':') ? '2' : '3';
}

/** ASP.NET leaves an encoded slash as it is. */
function decode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll(/%2f/gi, '%252F'));
  } catch {
    return value;
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
