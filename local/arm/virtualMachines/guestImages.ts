import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformBehaviour } from '../options.ts';

const extension = '.yaml';

/** The guest images of a folder, kept in memory and read again when a file has changed. */
export class GuestImages<Image extends PlatformBehaviour> {
  readonly #folder: string;
  readonly #read: (folder: string, name: string) => Promise<Image>;
  #state = '';
  #images = new Map<string, Image | Error>();

  constructor(folder: string, read: (folder: string, name: string) => Promise<Image>) {
    this.#folder = folder;
    this.#read = read;
  }

  /** Looks for changed files. To be called before images are asked for. */
  async refresh(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((file) => file.endsWith(extension)).sort();
    const times = await Promise.all(
      names.map(async (file) => `${file} ${(await stat(join(this.#folder, file))).mtimeMs}`),
    );
    const state = times.join('\n');
    if (state === this.#state) return;
    const images = await Promise.all(names.map((file) => this.#load(file.slice(0, -extension.length))));
    this.#images = new Map(images);
    this.#state = state;
  }

  /** The image; throws what is wrong with its file. */
  get(name: string): Image {
    const image = this.#images.get(name) ?? new Error(`there is no guest image '${name}' in ${this.#folder}`);
    if (image instanceof Error) throw image;
    return image;
  }

  async #load(name: string): Promise<[string, Image | Error]> {
    try {
      return [name, await this.#read(this.#folder, name)];
    } catch (error) {
      return [name, error instanceof Error ? error : new Error(String(error))];
    }
  }
}
