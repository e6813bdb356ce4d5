import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { definitionKey } from '../../shared/domain/ids.ts';
import { incarnationPrefix } from '../../shared/domain/incarnation.ts';
import { shardOf } from '../../shared/domain/indexRecord.ts';
import type { AuditQuestions } from './questions.ts';

/** The same questions in SQL over the same files, which DuckDB too reads each time; with its usual settings. */
export async function askDuckDb(folder: string): Promise<AuditQuestions & { close(): void }> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const lines = (path: string) => `read_json('${join(folder, path)}', format = 'newline_delimited')`;
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson().length;
  return {
    stagesOfLife(definition, version) {
      const key = definitionKey(definition);
      const log = lines(`incarnations/${key}/${incarnationPrefix(key, version)}*.jsonl`);
      return rows(`select log, fact.type as stage, min("at") as since from ${log}
        where stage in ('held', 'launchIntended', 'verdictReached', 'published', 'quarantined', 'leftInconclusive')
        group by all order by since`);
    },
    latestAt(definition, instant) {
      return rows(`select fact.region as region, arg_max(fact.version, sequence) as version
        from ${lines(`definitions/${definitionKey(definition)}.jsonl`)}
        where fact.type = 'latestChanged' and "at" <= timestamp '${instant}' group by all`);
    },
    imageOnDay({ image }, day) {
      return rows(`select * from ${lines(`days/${day}/${shardOf(image)}.jsonl`)}
        where image = '${image}' order by "at", log, sequence`);
    },
    async fleetOnDay(day) {
      const all = `select * from ${lines(`days/${day}/*.jsonl`)} order by "at", log, sequence`;
      const { rowsChanged } = await connection.run(`copy (${all}) to '/dev/null' (format json)`);
      return rowsChanged;
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
