import type { Fact } from '../../shared/domain/facts.ts';
import type { ReportRecord } from './reportRecord.ts';

/** What an auditor wants to see line by line: what was published or not, and what people decided. The rest is counted. */
const listed: ReadonlySet<string> = new Set<Fact['type']>([
  'published',
  'regionsPublished',
  'quarantined',
  'leftInconclusive',
  'answered',
  'publicationOrdered',
  'expedited',
  'overrideGiven',
  'verdictOverridden',
  'withdrawalOrdered',
  'pinned',
  'paused',
  'resumed',
  'everythingPaused',
  'everythingResumed',
  'takenIn',
  'driftFound',
  'handEditUndone',
  'changedByOthers',
  'othersRestored',
  'regionsShownByHand',
  'endOfLifeMoved',
  'retired',
  'deletionAccepted',
  'needsAttention',
  'breakerTripped',
  'budgetSpent',
  'policyAccepted',
  'policyRefused',
  'galleryRefused',
  'galleryTaken',
  'teamRequested',
  'teamRemovalRequested',
  'manifestWritten',
]);
/** Of each type, so that what happens every day leaves room for what happens once in a quarter. */
const mostLines = 2_000;

/** Makes a page of records as they pass: what it lists is not held, only counted. */
export class Tally {
  count = 0;
  readonly #types = new Map<string, number>();
  readonly #actors = new Map<string, number>();
  #left = 0;

  begin(from: string, to: string): string {
    return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Audit trail, ${from} to ${to}</title>
<style>body{font:14px/1.4 sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}</style>
<h1>Audit trail, ${from} to ${to}</h1>
<p>The files beside this page hold every entry; <code>imprimatur audit verify --offline FOLDER</code> checks that they are what was written.</p>
<h2>What was decided</h2><table>${head(['at', 'what', 'type', 'who', 'in words'])}`;
  }

  /** Its line of the page; empty where it is only counted. */
  add({ at, type, actor, gallery, image, version, summary }: ReportRecord): string {
    this.count += 1;
    const ofType = (this.#types.get(type) ?? 0) + 1;
    this.#types.set(type, ofType);
    this.#actors.set(actor, (this.#actors.get(actor) ?? 0) + 1);
    if (!listed.has(type)) return '';
    if (ofType > mostLines) {
      this.#left += 1;
      return '';
    }
    return `${row([at, [gallery, image, version].filter(Boolean).join(' '), type, actor, summary])}\n`;
  }

  end(): string {
    const counted = (counts: Map<string, number>) =>
      [...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => row([name, String(count)]));
    return `</table>${this.#left > 0 ? `<p>${this.#left} more are in records.csv.</p>` : ''}
<p>${this.count} entries in all.</p>
<h2>By type</h2>${table(['type', 'entries'], counted(this.#types))}
<h2>By actor</h2>${table(['actor', 'entries'], counted(this.#actors))}
</html>
`;
  }
}

function table(names: string[], rows: string[]): string {
  return `<table>${head(names)}${rows.join('\n')}</table>`;
}

function head(names: string[]): string {
  return `<tr>${names.map((name) => `<th>${name}</th>`).join('')}</tr>\n`;
}

function row(cells: string[]): string {
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

/** Summaries quote images, and an image says what it likes. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
