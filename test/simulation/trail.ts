import { announcementsOf } from '../../shared/domain/announcements/announcementsOf.ts';
import type { Entry } from '../../shared/domain/entries.ts';
import { emptyHead, headOf } from '../../shared/domain/entries.ts';
import type { Births } from './births.ts';
import { begin, goOn, type Life } from './lives.ts';

/** The audit trail as it grows, entry by entry. */
export class Trail {
  readonly logs = new Map<string, Entry[]>();
  readonly lives = new Map<string, Life>();
  /** By id, every entry that is durable. */
  readonly entries = new Map<string, Entry>();
  /** By definition key, the incarnations and tests with work left. */
  readonly open = new Map<string, Set<string>>();
  /** Logs of incarnations that the log of their definition knows. */
  private readonly known = new Set<string>();
  private readonly births: Births;
  /** By log, what its entries announce, as far as it was asked for: an entry announces the same whatever follows it. */
  private readonly announced = new Map<string, { upTo: number; ids: string[] }>();

  constructor(births: Births) {
    this.births = births;
  }

  /** Returns what is wrong with the place of the entry in its chain. */
  add(entry: Entry): string | undefined {
    const log = this.logs.get(entry.log) ?? [];
    this.logs.set(entry.log, log);
    const head = log.length === 0 ? emptyHead : headOf(log.at(-1));
    log.push(entry);
    this.entries.set(entry.id, entry);
    this.noteOpen(entry);
    const life = this.lives.get(entry.log) ?? begin(entry, this.births);
    if (life) {
      this.lives.set(entry.log, life);
      goOn(life, entry.fact);
    }
    if (entry.sequence !== head.sequence + 1 || entry.previousHash !== head.hash) return 'the chain is broken';
    return entry.at < head.at ? 'the time of an entry is before that of its predecessor' : undefined;
  }

  /**
   * Of one creation, the last: where only publishedDate tells creations apart, a write that came late may have reset it,
   * and the version is tested again. A test by hand is no life of its own, nor is what a step began that had lost its
   * lock for long: the log of the definition refuses it, and nobody follows it.
   */
  lifeOf(birth: Life['birth']): Life | undefined {
    let last: Life | undefined;
    let lastKnown: Life | undefined;
    for (const [name, life] of this.lives) {
      if (life.birth !== birth || life.byHand) continue;
      last = life;
      if (this.known.has(name)) lastKnown = life;
    }
    return lastKnown ?? last;
  }

  lifeOfVm(vmName: string): { life: Life; attempt: number } | undefined {
    for (const life of this.lives.values()) {
      const attempt = life.vmNames.get(vmName);
      if (attempt !== undefined) return { life, attempt };
    }
    return undefined;
  }

  /** What has to be announced and indexed by now of the logs of one definition, and was not asked for before. */
  newsOf(key: string): { announcements: string[]; entries: Entry[] } {
    const news: { announcements: string[]; entries: Entry[] } = { announcements: [], entries: [] };
    for (const [name, log] of this.logs) {
      const {
        upTo,
        ids: { length },
      } = this.announced.get(name) ?? { upTo: 0, ids: [] };
      if (log.length === upTo || name.split('/')[1] !== key) continue;
      news.announcements.push(...this.announcedBy(name).slice(length));
      news.entries.push(...log.slice(upTo));
    }
    return news;
  }

  /** Ids of the announcements that a log has to have made by now. */
  announcedBy(name: string): string[] {
    const log = this.logs.get(name) ?? [];
    const { upTo, ids } = this.announced.get(name) ?? { upTo: 0, ids: [] };
    if (log.length === upTo) return ids;
    const all = [...ids, ...announcementsOf(log, upTo).map(({ id }) => id)];
    this.announced.set(name, { upTo: log.length, ids: all });
    return all;
  }

  private noteOpen({ log, fact }: Entry): void {
    const [kind, key = ''] = log.split('/');
    if (kind !== 'definitions') return;
    const open = this.open.get(key) ?? new Set();
    this.open.set(key, open);
    if (fact.type === 'incarnationOpened') {
      open.add(fact.incarnation);
      this.known.add(`incarnations/${key}/${fact.incarnation}`);
    }
    if (fact.type === 'incarnationClosed') open.delete(fact.incarnation);
    if (fact.type === 'testRequested') open.add(fact.test);
    if (fact.type === 'testClosed') open.delete(fact.test);
  }
}
