import { type ImageDefinitionId, parseImageId } from '../domain/ids.ts';
import { ProblemError } from './problem.ts';

const idNeeded = 'the query parameter id must be the resource id of an image definition or image version';

/** Throws ProblemError for what is no resource id. */
export function readImage(id: string | undefined): { definition: ImageDefinitionId; version?: string } {
  const read = parseImageId(id ?? '');
  if (!read) throw new ProblemError(400, id === undefined ? idNeeded : `${idNeeded}, not ${id.slice(0, 200)}`);
  return read;
}
