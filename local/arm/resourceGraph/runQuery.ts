import { type Expression, ExpressionReader, invalidQuery } from './expression.ts';

type Row = Record<string, unknown>;

/** Runs `TABLE | where … | extend … | project …` over the rows of the tables. */
export function runQuery(query: string, tables: Record<string, () => Row[]>): Row[] {
  const [table = '', ...operators] = stagesOf(query);
  const rows = tables[table.toLowerCase()];
  if (!rows) throw invalidQuery(table);
  return operators.reduce((left, stage) => apply(left, stage), rows());
}

/** At bars that are not inside a string. */
function stagesOf(query: string): string[] {
  return (query.match(/(?:'(?:[^'\\]|\\.)*'|[^|'])+/g) ?? []).map((stage) => stage.trim());
}

function apply(rows: Row[], stage: string): Row[] {
  const [, operator, text = ''] = /^(\w+)\s+(.*)$/s.exec(stage) ?? [];
  const reader = new ExpressionReader(text);
  if (operator === 'where') {
    const condition = reader.condition();
    requireEnd(reader, stage);
    return rows.filter((row) => condition(row) === true);
  }
  if (operator !== 'extend' && operator !== 'project') throw invalidQuery(stage);
  const columns = columnsOf(reader, stage);
  return rows.map((row) => {
    const made = Object.fromEntries(columns.map(([name, value]) => [name, value(row)]));
    return operator === 'extend' ? { ...row, ...made } : made;
  });
}

function columnsOf(reader: ExpressionReader, stage: string): [string, Expression][] {
  const columns: [string, Expression][] = [];
  do {
    const name = reader.take();
    columns.push([name, reader.passes('=') ? reader.scalar() : (row) => row[name]]);
  } while (reader.passes(','));
  requireEnd(reader, stage);
  return columns;
}

function requireEnd(reader: ExpressionReader, stage: string): void {
  if (!reader.isAtEnd) throw invalidQuery(stage);
}
