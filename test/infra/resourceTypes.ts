import type { Node } from 'web-tree-sitter';
import { descendants, nameOf, textOf } from './parseBicep.ts';

/** By resource type and API version: the paths of all properties that a template sets, in alphabetical order. */
export function resourceTypes(roots: Node[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const resource of roots.flatMap(descendants).filter(({ type }) => type === 'resource_declaration')) {
    const type = textOf(resource.namedChildren.find((child) => child?.type === 'string'));
    const body = descendants(resource).find((node) => node.type === 'object');
    const paths = found.get(type) ?? new Set();
    for (const path of body ? pathsOf(body, '') : []) if (!bicepOnly.includes(path)) paths.add(path);
    found.set(type, paths);
  }
  return new Map([...found].map(([type, paths]) => [type, [...paths].sort()] as const).sort());
}

/** What Bicep itself reads. */
const bicepOnly = ['parent', 'scope'];

/** A dictionary's own keys are values, not names of the type; so are application settings. */
const isDictionary = (object: Node, path: string) =>
  ['tags', 'identity.userAssignedIdentities'].includes(path) ||
  (path === 'properties' && object.text.includes("'appsettings'"));

/** Keys that are chosen freely, for values that have a type: they stand as `*`. */
const isNamedFreely = (above: string) => above === 'properties.notifications.';

function pathsOf(object: Node, above: string): string[] {
  return object.namedChildren.flatMap((property) => {
    if (property?.type !== 'object_property') return [];
    const path = `${above}${isNamedFreely(above) ? '*' : nameOf(property)}`;
    const value = property.namedChildren.at(-1);
    const inner =
      !value || isDictionary(object, path) ? [] : objectsOf(value).flatMap((node) => pathsOf(node, `${path}.`));
    return inner.length > 0 ? inner : [path];
  });
}

/** The objects that a value is made of: itself, items of an array, what a loop or a condition yields. */
function objectsOf(value: Node): Node[] {
  if (value.type === 'object') return [value];
  return value.namedChildren.flatMap((child) => (child ? objectsOf(child) : []));
}
