import { styleText } from 'node:util';
import type { ApiClient, Version } from '../stack/apiClient.ts';

type Colour = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

const colours: Record<string, Colour> = {
  published: 'green',
  quarantined: 'red',
  leftInconclusive: 'yellow',
  needsAttention: 'red',
  launchIntended: 'cyan',
};
/** Entries that only a reader of the audit trail needs. */
const quiet = new Set([
  'holdIntended',
  'publishIntended',
  'quarantineIntended',
  'withdrawalIntended',
  'galleryWriteAccepted',
  'launchAccepted',
  'checksIntended',
  'vmDeletionIntended',
  'vmDeletionAccepted',
]);

/** Prints each new entry of every version as one line. */
export class Narrator {
  private readonly told = new Map<string, number>();
  private readonly api: ApiClient;
  private readonly print: (line: string) => void;

  constructor(api: ApiClient, print: (line: string) => void) {
    this.api = api;
    this.print = print;
  }

  async look(): Promise<Version[]> {
    const versions = await this.api.versions();
    const news = versions.flatMap((version) => this.newsOf(version));
    for (const { line } of news.sort((a, b) => (a.at < b.at ? -1 : 1))) this.print(line);
    return versions;
  }

  private newsOf({ id, entries }: Version): { at: string; line: string }[] {
    // A number that is created anew has a second log; its detection tells them apart.
    const log = `${id} ${entries[0]?.at}`;
    const known = this.told.get(log) ?? 0;
    this.told.set(log, entries.length);
    return entries
      .slice(known)
      .filter(({ type }) => !quiet.has(type))
      .map(({ at, type, summary }) => ({
        at,
        line: `${paint('dim', at.slice(11, 19))}  ${nameOf(id)}  ${paint(colours[type], summary)}`,
      }));
  }
}

export function nameOf(imageVersionId: string): string {
  const [, image, version] = /\/images\/([^/]+)\/versions\/([^/]+)$/.exec(imageVersionId) ?? [];
  return `${image} ${version}`.padEnd(18);
}

/** Colours only on a terminal that has them. */
export function paint(colour: Colour | undefined, text: string): string {
  return colour === undefined ? text : styleText(colour, text, { stream: process.stdout });
}
