import type { GalleryImageVersion } from '@azure/arm-compute';
import type { ImageVersion } from '../domain/imageVersion.ts';
import { toImageVersion } from './toImageVersion.ts';

/** Of all image definitions together. */
const mostKnown = 2_000;

/**
 * Image versions as they were listed last. Every step lists all of its image definition, hundreds where nobody cleans up,
 * and nearly all of them are as they were: what says the same is not parsed again.
 */
export class KnownVersions {
  readonly #known = new Map<string, { text: string; version: ImageVersion }>();

  /** @throws {AdapterError} as toImageVersion */
  parse(answer: GalleryImageVersion): ImageVersion {
    const { id = '' } = answer;
    const text = JSON.stringify(answer);
    const before = this.#known.get(id);
    if (before?.text === text) return before.version;
    const version = toImageVersion(answer);
    if (this.#known.size >= mostKnown) this.#known.clear();
    this.#known.set(id, { text, version });
    return version;
  }
}
