import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Metric, summarise } from '../metric.ts';
import type { Report } from '../report.ts';
import { askDuckDb } from './askDuckDb.ts';
import { askService } from './askService.ts';
import { definitionOf, definitions, fillStore, versionsEach } from './fillStore.ts';
import type { AuditQuestions } from './questions.ts';
import { reportMemory } from './reportMemory.ts';

type Say = Report['say'];

const someDay = '2026-07-15';

/**
 * The performance goals of the audit trail, on a store of the size that they speak of. Reads go through the queries of the
 * HTTP API over logs and day index in files, as the adapters read them; DuckDB answers the same from the same files.
 */
export async function measureAudit({ say }: Report): Promise<Metric[]> {
  const folder = join(tmpdir(), `bench-audit-${process.pid}`);
  try {
    say(`${await fillStore(folder)} entries over ${definitions * versionsEach} versions`);
    const { api, questions } = askService(folder);
    const duckDb = await askDuckDb(folder);
    const queries = await measureQueries(questions, duckDb, say);
    duckDb.close();
    const { first, after, offline } = await reportMemory(api, folder, '2026-07-01', '2026-09-30');
    return [
      ...queries,
      summarise('audit trail: memory of a report of a quarter', 'MB', [after], { limit: 100 }),
      summarise('audit trail: memory of a report of a quarter, first use', 'MB', [first], { limit: 100 }),
      summarise('audit trail: memory of the check of that report, offline', 'MB', [offline]),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureQueries(service: AuditQuestions, duckDb: AuditQuestions, say: Say): Promise<Metric[]> {
  const pick = (run: number) => definitionOf((run * 37) % definitions);
  const measure = async (
    what: string,
    limit: number,
    runs: number,
    ask: (of: AuditQuestions, run: number) => Promise<number>,
  ) => {
    const { own, rival } = await timeBoth(
      what,
      runs,
      (run) => ask(service, run),
      (run) => ask(duckDb, run),
    );
    say(`${what}, ${runs} times`);
    return summarise(`audit trail: ${what}`, 'ms', own, { rival, limit, limitOf: 'p95' });
  };
  return [
    await measure('one version’s life', 20, 100, (of, run) =>
      of.stagesOfLife(pick(run), `1.0.${(run * 13) % versionsEach}`),
    ),
    await measure('what was latest at an instant, one image', 50, 100, (of, run) =>
      of.latestAt(pick(run), `${someDay}T12:00:00.000Z`),
    ),
    await measure('one image on one day', 100, 20, (of, run) => of.imageOnDay(pick(run), someDay)),
    await measure('the whole fleet on one day, streamed', 1_000, 10, (of) => of.fleetOnDay(someDay)),
  ];
}

/**
 * Milliseconds of each run, in turn, so that a busy moment meets both.
 *
 * @throws where the answers are empty, or not of the same size.
 */
async function timeBoth(
  what: string,
  runs: number,
  ownAsk: (run: number) => Promise<number>,
  rivalAsk: (run: number) => Promise<number>,
): Promise<{ own: number[]; rival: number[] }> {
  const times = { own: [] as number[], rival: [] as number[] };
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    const own = await ownAsk(run);
    const between = performance.now();
    const rival = await rivalAsk(run);
    times.own.push(between - begun);
    times.rival.push(performance.now() - between);
    if (own === 0 || own !== rival) throw new Error(`${what}: ${own} rows are found, and by the rival ${rival}`);
  }
  return times;
}
