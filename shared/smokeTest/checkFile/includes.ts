import { compileRegexp } from './regexp.ts';

/**
 * The name of an included file: relative to the folder of the including one, as goss does. A name that starts with `/`
 * stays as it is; one that leads out of everything begins with `../`.
 */
export function resolveInclude(from: string, include: string): string {
  const folder = from.split('/').slice(0, -1);
  const isAbsolute = include.startsWith('/');
  const parts: string[] = [];
  for (const part of [...(isAbsolute ? [] : folder), ...include.split('/')]) {
    if (part === '' && (parts.length > 0 || isAbsolute)) continue;
    if (part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..' && parts.at(-1) !== '') parts.pop();
    else parts.push(part);
  }
  return `${isAbsolute ? '/' : ''}${parts.join('/')}`;
}

export function isGlob(name: string): boolean {
  return /[*?[\\]/.test(name);
}

/**
 * Whether names match, as Go's `filepath.Match`: `*`, `?` and `[a-z]` within one folder, `\` escapes. Compiled to RE2, so
 * that no pattern can take long; undefined when it is none.
 */
export function compileGlob(glob: string): ((name: string) => boolean) | undefined {
  let pattern = '';
  for (let index = 0; index < glob.length; index++) {
    const letter = glob[index] ?? '';
    if (letter === '*') pattern += '[^/]*';
    else if (letter === '?') pattern += '[^/]';
    else if (letter === '[') {
      const end = glob.indexOf(']', index + 2);
      if (end < 0) return undefined;
      pattern += `[${glob.slice(index + 1, end).replaceAll('[', '\\[')}]`;
      index = end;
    } else if (letter === '\\') pattern += quoted(glob[++index] ?? '');
    else pattern += quoted(letter);
  }
  const compiled = compileRegexp(`^(?s:${pattern})$`);
  return 'problem' in compiled ? undefined : (name) => compiled.test(name);
}

function quoted(letter: string): string {
  return /[A-Za-z0-9]/.test(letter) || letter > '~' ? letter : `\\${letter}`;
}
