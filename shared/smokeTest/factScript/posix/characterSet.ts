/** Characters of ASCII, or all others. */
export interface CharacterSet {
  chars: ReadonlySet<string>;
  negated: boolean;
}

const digits = range('0', '9');
const letters = range('A', 'Z') + range('a', 'z');
const visible = range('!', '~');

/** `\d` and its like at the beginning of the text. They are ASCII in Go. */
export function escapedSet(text: string): CharacterSet | undefined {
  const members = { d: digits, w: `${digits}${letters}_`, s: '\t\n\f\r ' }[(text[1] ?? '').toLowerCase()];
  if (!text.startsWith('\\') || members === undefined) return undefined;
  return { chars: new Set(members), negated: text[1] === text[1]?.toUpperCase() };
}

const posixSets: Record<string, string> = {
  alnum: digits + letters,
  alpha: letters,
  blank: '\t ',
  digit: digits,
  graph: visible,
  lower: range('a', 'z'),
  print: ` ${visible}`,
  punct: Array.from(visible)
    .filter((char) => !(digits + letters).includes(char))
    .join(''),
  space: '\t\n\v\f\r ',
  upper: range('A', 'Z'),
  word: `${digits}${letters}_`,
  xdigit: `${digits}${range('A', 'F')}${range('a', 'f')}`,
};

/** `[:alpha:]` and its like at the beginning of the text. */
export function namedSet(text: string): CharacterSet | undefined {
  const [, negation, name = ''] = /^\[:(\^?)(\w+):\]/.exec(text) ?? [];
  if (!Object.hasOwn(posixSets, name)) return undefined;
  return { chars: new Set(posixSets[name]), negated: negation === '^' };
}

/**
 * As a bracket expression: `]` first, `-` last, `^` not first, the backslash twice (once is enough for POSIX, and twice
 * does no harm). Undefined where control characters would have to be written: in a line there is no `\n`, and NUL is
 * read as \x01.
 */
export function setToBracket({ chars, negated }: CharacterSet): string | undefined {
  const members = [...chars].filter((char) => char !== '\n').sort();
  if (members.length === 0 || members.some(isControl)) return undefined;
  const special = (char: string) => (members.includes(char) ? (char === '\\' ? '\\\\' : char) : '');
  const plain = runs(members.filter((char) => !'^[]\\-'.includes(char)));
  const inner = special(']') + plain + special('\\') + special('[');
  if (negated) return `[^${inner}${special('^')}${special('-')}]`;
  if (inner === '' && members.includes('^')) return members.includes('-') ? '[-^]' : '\\^';
  return `[${inner}${special('^')}${special('-')}]`;
}

function isControl(char: string): boolean {
  return (char < ' ' && !'\t\v\f\r'.includes(char)) || char === '\x7f';
}

/** Letters and digits in a row as `a-z`. */
function runs(members: string[]): string {
  return members
    .join('')
    .replace(/[0-9]{4,}|[A-Z]{4,}|[a-z]{4,}/g, (run) =>
      [...splitRuns(run)].map((each) => (each.length > 3 ? `${each[0]}-${each.at(-1)}` : each)).join(''),
    );
}

function splitRuns(sorted: string): string[] {
  const found: string[] = [];
  for (const char of sorted) {
    const last = found.at(-1);
    if (last && last.charCodeAt(last.length - 1) + 1 === char.charCodeAt(0)) found[found.length - 1] = last + char;
    else found.push(char);
  }
  return found;
}

function range(from: string, to: string): string {
  const first = from.charCodeAt(0);
  return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => String.fromCharCode(first + index)).join(
    '',
  );
}
