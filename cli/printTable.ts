/** Columns as wide as their longest cell; nothing for no rows. */
export function printTable(rows: string[][]): void {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** What `--json` prints. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
