import { type CharacterSet, escapedSet, namedSet, setToBracket } from './characterSet.ts';

export interface TranslatedPattern {
  /** For `grep -E` under LC_ALL=C, on one line at a time. */
  ere: string;
  /** It means the same only for lines of nothing but ASCII: `.` is a byte to grep and a character to Go. */
  asciiOnly: boolean;
}

/** A piece that something like `*` may follow. */
interface Atom {
  ere: string;
  /** Matches one character of many bytes, too. */
  loose?: boolean;
  anchor?: boolean;
}

/**
 * Translates a pattern of Go (RE2, https://github.com/google/re2/wiki/Syntax) to a POSIX extended regular expression that
 * matches exactly the same lines, or returns undefined where that is not certain: then the value itself is judged. Which
 * part of a line matches does not count, so lazy and greedy are the same, and so are capturing and other groups.
 */
export function goPatternToEre(pattern: string): TranslatedPattern | undefined {
  const reader = new PatternReader(pattern);
  try {
    const ere = reader.readWhole();
    return { ere, asciiOnly: reader.asciiOnly };
  } catch (error) {
    if (error instanceof Untranslatable) return undefined;
    throw error;
  }
}

class Untranslatable extends Error {}

class PatternReader {
  asciiOnly = false;
  #ignoreCase = false;
  #at = 0;
  readonly #pattern: string;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  readWhole(): string {
    if (this.#pattern === '') return '';
    const ere = this.#readAlternatives();
    if (this.#at < this.#pattern.length) throw new Untranslatable();
    return ere;
  }

  /** Up to the end or the closing parenthesis of a group. Flags hold to the end of the group, across `|`. */
  #readAlternatives(): string {
    const outerCase = this.#ignoreCase;
    const branches: string[] = [];
    do branches.push(this.#readBranch());
    while (this.#take('|'));
    this.#ignoreCase = outerCase;
    return branches.join('|');
  }

  #readBranch(): string {
    let branch = '';
    while (this.#at < this.#pattern.length && this.#peek() !== '|' && this.#peek() !== ')') {
      const atom = this.#readAtom();
      if (atom) branch += atom.ere + this.#readRepetition(atom);
    }
    // POSIX leaves open what an empty alternative means.
    if (branch === '') throw new Untranslatable();
    return branch;
  }

  #readAtom(): Atom | undefined {
    if (this.#peek() === '(') return this.#readGroup();
    if (this.#peek() === '[') return this.#fromSet(this.#readClass());
    if (this.#peek() === '\\') return this.#readEscape();
    const char = this.#next();
    if (char === '.') return { ere: '.', loose: true };
    if (char === '^' || char === '$') return { ere: char, anchor: true };
    if ('*+?'.includes(char)) throw new Untranslatable();
    return this.#literal(char);
  }

  #readRepetition(atom: Atom): string {
    const found = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/.exec(this.#pattern.slice(this.#at));
    if (!found) {
      if (atom.loose) this.asciiOnly = true;
      return '';
    }
    const [repetition, least = '0', most] = found;
    this.#at += repetition.length;
    this.#take('?');
    const isTwice = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.#pattern.slice(this.#at));
    // 255 is the most that POSIX promises.
    if (atom.anchor || isTwice || Number(least) > 255 || Number(most ?? 0) > 255) throw new Untranslatable();
    if (most && Number(most) < Number(least)) throw new Untranslatable();
    if (atom.loose && repetition !== '*' && repetition !== '+') this.asciiOnly = true;
    return repetition;
  }

  #readGroup(): Atom | undefined {
    this.#next();
    const outerCase = this.#ignoreCase;
    if (this.#take('?')) {
      const head = /^(?:P?<\w+>|(?<on>[imsU]*)(?:-(?<off>[imsU]+))?(?<end>[:)]))/.exec(this.#pattern.slice(this.#at));
      if (!head) throw new Untranslatable();
      this.#at += head[0].length;
      const { on, off, end } = head.groups ?? {};
      // The others make no difference where there are no line breaks.
      if (on?.includes('i')) this.#ignoreCase = true;
      if (off?.includes('i')) this.#ignoreCase = false;
      if (end === ')') return undefined;
    }
    const inner = this.#readAlternatives();
    if (!this.#take(')')) throw new Untranslatable();
    this.#ignoreCase = outerCase;
    return { ere: `(${inner})` };
  }

  #readEscape(): Atom | undefined {
    const rest = this.#pattern.slice(this.#at);
    const quoted = /^\\Q(.*?)(?:\\E|$)/s.exec(rest);
    if (quoted) {
      this.#at += quoted[0].length;
      return this.#quoted(quoted[1] ?? '');
    }
    if (rest.startsWith('\\A') || rest.startsWith('\\z')) {
      this.#at += 2;
      return { ere: rest[1] === 'A' ? '^' : '$', anchor: true };
    }
    const set = escapedSet(rest);
    if (set) {
      this.#at += 2;
      return this.#fromSet(set);
    }
    return this.#literal(this.#readEscapedCharacter());
  }

  /** All but the last are literals of their own: what follows repeats only the last. */
  #quoted(text: string): Atom | undefined {
    const atoms = Array.from(text, (char) => this.#literal(char).ere);
    const last = atoms.pop();
    return last === undefined ? undefined : { ere: atoms.length > 0 ? atoms.join('') + last : last };
  }

  #readEscapedCharacter(): string {
    const found =
      /^\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([tfrv])|([!-/:-@[-`{-~]))/.exec(
        this.#pattern.slice(this.#at),
      );
    if (!found) throw new Untranslatable();
    this.#at += found[0].length;
    const [, hex, braced, octal, letter, mark] = found;
    if (mark !== undefined) return mark;
    if (letter !== undefined) return { t: '\t', f: '\f', r: '\r', v: '\v' }[letter] ?? '';
    const code = octal === undefined ? Number.parseInt(hex ?? braced ?? '', 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff) throw new Untranslatable();
    return String.fromCodePoint(code);
  }

  #literal(char: string): Atom {
    const code = char.codePointAt(0) ?? 0;
    if (code < 32 && !'\t\f\r\v'.includes(char)) throw new Untranslatable();
    if (code === 127 || (code >= 0xd800 && code <= 0xdfff)) throw new Untranslatable();
    if (code > 127) {
      // Under LC_ALL=C it is several bytes, which only a group holds together.
      if (this.#ignoreCase) throw new Untranslatable();
      return { ere: `(${char})` };
    }
    if (this.#ignoreCase && /[a-z]/i.test(char)) return this.#fromSet({ chars: new Set(char), negated: false });
    return { ere: /[\^.[$()|*+?{\\]/.test(char) ? `\\${char}` : char };
  }

  #fromSet({ chars, negated }: CharacterSet): Atom {
    const all = new Set(chars);
    if (this.#ignoreCase) {
      for (const char of chars) {
        all.add(char.toLowerCase());
        all.add(char.toUpperCase());
      }
      // Go folds ſ and the Kelvin sign into them.
      if (all.has('k') || all.has('s')) this.asciiOnly = true;
    }
    const ere = setToBracket({ chars: all, negated });
    if (ere === undefined) throw new Untranslatable();
    return negated ? { ere, loose: true } : { ere };
  }

  #readClass(): CharacterSet {
    this.#next();
    const negated = this.#take('^');
    const chars = new Set<string>();
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      const rest = this.#pattern.slice(this.#at);
      const named = namedSet(rest) ?? (rest.startsWith('\\') ? escapedSet(rest) : undefined);
      if (named) {
        // What it leaves out reaches beyond ASCII.
        if (named.negated) throw new Untranslatable();
        this.#at += rest.startsWith('\\') ? 2 : rest.indexOf(':]') + 2;
        for (const char of named.chars) chars.add(char);
      } else this.#readRange(chars);
    }
    this.#next();
    return { chars, negated };
  }

  #readRange(chars: Set<string>): void {
    const from = this.#readClassCharacter();
    const isRange = this.#peek() === '-' && this.#pattern[this.#at + 1] !== ']';
    if (isRange) this.#next();
    const to = isRange ? this.#readClassCharacter() : from;
    if (to < from) throw new Untranslatable();
    for (let code = from; code <= to; code++) chars.add(String.fromCharCode(code));
  }

  #readClassCharacter(): number {
    const char = this.#peek() === '\\' ? this.#readEscapedCharacter() : this.#next();
    const code = char.codePointAt(0) ?? 0;
    if (code > 127) throw new Untranslatable();
    return code;
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at);
  }

  #next(): string {
    const code = this.#pattern.codePointAt(this.#at);
    if (code === undefined) throw new Untranslatable();
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  #take(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at += 1;
    return true;
  }
}
