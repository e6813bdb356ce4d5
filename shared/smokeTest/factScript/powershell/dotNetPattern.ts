/**
 * Go's pattern (RE2) as one of .NET that finds the same in every line of ASCII, or undefined where that is not certain:
 * then the text goes back and is judged in TypeScript. Classes are written out, because .NET's `\d` and `\w` know all of
 * Unicode; `$` becomes `\z`, because .NET's also matches before a final line break; groups capture nothing.
 */
export function dotNetPattern(pattern: string): string | undefined {
  if (!/^[\x20-\x7e]*$/.test(pattern)) return undefined;
  let rest = pattern;
  let translated = '';
  while (rest !== '') {
    const piece = translatePiece(rest);
    if (!piece) return undefined;
    translated += piece.text;
    rest = rest.slice(piece.length);
  }
  return translated;
}

interface Piece {
  length: number;
  text: string;
}

const perlClasses: Record<string, string> = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' };
const word = '[0-9A-Za-z_]';
const edge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
const noEdge = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
const assertions: Record<string, string> = { A: '\\A', z: '\\z', b: edge, B: noEdge };

function translatePiece(rest: string): Piece | undefined {
  const first = rest.charAt(0);
  if (first === '\\') return translateEscape(rest);
  if (first === '[') return translateClass(rest);
  if (first === '(') return translateOpening(rest);
  if (first === '.') return { length: 1, text: '[^\\n]' };
  if (first === '$') return { length: 1, text: '\\z' };
  if (first === '^') return { length: 1, text: '\\A' };
  if (first === '{') {
    const counts = /^\{\d{1,4}(?:,\d{0,4})?\}/.exec(rest)?.[0];
    return counts ? { length: counts.length, text: counts } : { length: 1, text: '\\{' };
  }
  if (/[|)*+?]/.test(first)) return { length: 1, text: first };
  return { length: 1, text: literal(first) };
}

function translateEscape(rest: string): Piece | undefined {
  const letter = rest.charAt(1);
  const perlClass = perlClasses[letter.toLowerCase()];
  if (perlClass) return { length: 2, text: `[${/[A-Z]/.test(letter) ? '^' : ''}${perlClass}]` };
  const assertion = assertions[letter];
  if (assertion) return { length: 2, text: assertion };
  const character = escapedCharacter(rest);
  return character && { length: character.length, text: literal(character.text) };
}

/** What one escape stands for, where it stands for a single character of ASCII. */
function escapedCharacter(rest: string): Piece | undefined {
  const hex = /^\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(rest);
  if (hex) {
    const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    return code < 0x80 ? { length: hex[0].length, text: String.fromCharCode(code) } : undefined;
  }
  const control = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }[rest.charAt(1)];
  if (control) return { length: 2, text: control };
  return /^\\[!-/:-@[-`{-~]/.test(rest) ? { length: 2, text: rest.charAt(1) } : undefined;
}

function translateOpening(rest: string): Piece | undefined {
  const opening = /^\((?:\?(?:P?<\w+>|i?:|i\)))?/.exec(rest)?.[0] ?? '';
  if (opening === '(' && rest.startsWith('(?')) return undefined;
  if (opening.startsWith('(?i')) return { length: opening.length, text: opening };
  return { length: opening.length, text: '(?:' };
}

const posixClasses: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

function translateClass(rest: string): Piece | undefined {
  const start = rest.startsWith('[^') ? 2 : 1;
  let at = start;
  let text = rest.slice(0, start);
  while (at < rest.length && (rest.charAt(at) !== ']' || at === start)) {
    const item = translateClassItem(rest.slice(at));
    if (!item) return undefined;
    text += item.text;
    at += item.length;
  }
  return at < rest.length ? { length: at + 1, text: `${text}]` } : undefined;
}

function translateClassItem(rest: string): Piece | undefined {
  const posix = /^\[:(\w+):\]/.exec(rest);
  if (posix) {
    const text = posixClasses[posix[1] ?? ''];
    return text ? { length: posix[0].length, text } : undefined;
  }
  // A negated class within a class has no short form, and a lone bracket means different things.
  if (rest.startsWith('[:') || rest.startsWith('[^')) return undefined;
  const perlClass = /^\\[dsw]/.test(rest) ? perlClasses[rest.charAt(1)] : undefined;
  if (perlClass) return { length: 2, text: perlClass };
  const low = classCharacter(rest);
  if (!low) return undefined;
  const isRange = rest.charAt(low.length) === '-' && !/^-?\]?$/.test(rest.slice(low.length).slice(0, 2));
  if (!isRange) return { length: low.length, text: literal(low.text) };
  const high = classCharacter(rest.slice(low.length + 1));
  if (!high || high.text < low.text) return undefined;
  return { length: low.length + 1 + high.length, text: `${literal(low.text)}-${literal(high.text)}` };
}

function classCharacter(rest: string): Piece | undefined {
  if (rest.startsWith('\\')) return escapedCharacter(rest);
  return { length: 1, text: rest.charAt(0) };
}

/** The character and nothing but it, in a class or outside one. */
function literal(character: string): string {
  if (/[0-9A-Za-z]/.test(character)) return character;
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}
