/** One line of CSV (RFC 4180). What a spreadsheet would take for a formula is made text. */
export function csvLine(cells: (string | number | undefined)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Of a record of the day index, in the order of its columns in CSV: of an answer and of a report. */
export const recordColumns = [
  'at',
  'type',
  'actor',
  'gallery',
  'image',
  'version',
  'team',
  'outcome',
  'summary',
  'log',
  'sequence',
  'id',
] as const;
