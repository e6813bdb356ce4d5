import { sameFact } from './entries.ts';
import type { ImageDescription } from './factShapes.ts';
import type { FactOf } from './facts.ts';
import type { ImageDefinition, Range } from './imageDefinition.ts';

/**
 * The entry that a look at an image definition is worth: the first one, to compare with later, and each that shows a
 * change, with who made it as far as that is known. The order in which Azure lists features and disk types says nothing.
 */
export function describedAnew(
  known: ImageDescription | undefined,
  seen: ImageDefinition,
  by?: string,
): FactOf<'definitionDescribed'>[] {
  const fact: FactOf<'definitionDescribed'> = { type: 'definitionDescribed', image: inOrder(seen) };
  if (known === undefined) return [fact];
  return sameFact({ ...fact, image: known }, fact) ? [] : [{ ...fact, before: known, ...(by !== undefined && { by }) }];
}

function inOrder({ features, disallowedDiskTypes, ...rest }: ImageDefinition): ImageDescription {
  const keyOf = ({ name, value, startsAtVersion = '' }: ImageDefinition['features'][number]) =>
    `${name} ${startsAtVersion} ${value}`;
  return {
    ...rest,
    features: features.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    disallowedDiskTypes: disallowedDiskTypes.toSorted(),
  };
}

/** Each member that differs, with what it was. */
export function describeUpdate({ image, before }: FactOf<'definitionDescribed'>): string {
  if (before === undefined) return '';
  const was = members(before);
  return Object.entries(members(image))
    .filter(([name, value]) => value !== was[name])
    .map(([name, value]) => `${name} ${value} (was ${was[name]})`)
    .join(', ');
}

function members(image: ImageDescription): Record<string, string> {
  const { features, recommended, disallowedDiskTypes, purchasePlan } = image;
  return {
    'end of life': image.endOfLifeDate ?? 'none',
    'recommended vCPUs': range(recommended.vCPUs),
    'recommended memory': `${range(recommended.memory)} GiB`,
    features: list(
      features.map(
        ({ name, value, startsAtVersion }) => `${name}=${value}${startsAtVersion ? ` from ${startsAtVersion}` : ''}`,
      ),
    ),
    'disallowed disk types': list(disallowedDiskTypes),
    'purchase plan': purchasePlan ? `${purchasePlan.publisher}/${purchasePlan.product}/${purchasePlan.name}` : 'none',
    'operating system': `${image.osState} ${image.osType}`,
    generation: image.generation,
    architecture: image.architecture,
  };
}

function range({ min, max }: Range): string {
  return min === undefined && max === undefined ? 'any' : `${min ?? ''}-${max ?? ''}`;
}

function list(values: string[]): string {
  return values.length > 0 ? values.join(' ') : 'none';
}
