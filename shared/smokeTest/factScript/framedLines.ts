interface Framed {
  between: string[];
  /** The number behind the end mark. */
  count: number;
  after: string;
}

/** The lines between the only begin mark and the only end mark of a text, or what is wrong with it. */
export function framedLines(text: string, begin: string, end: string): Framed | string {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const ends = lines.flatMap((line, index) => (line.startsWith(`${end} `) ? [index] : []));
  const begins = lines.flatMap((line, index) => (line === begin ? [index] : []));
  const [first = -1, ...moreBegins] = begins;
  const [last = -1, ...moreEnds] = ends;
  if (first < 0) return 'the answer does not begin with the mark of this run';
  if (last < first) return 'the answer has no end mark of this run: it was cut';
  if (moreBegins.length > 0 || moreEnds.length > 0) return 'there are several answers of this run';
  const count = (lines[last] ?? '').slice(end.length + 1);
  if (!/^\d{1,5}$/.test(count)) return 'the end mark of the answer says no number';
  return {
    between: lines.slice(first + 1, last),
    count: Number(count),
    after: lines
      .slice(last + 1)
      .join('')
      .trim(),
  };
}
