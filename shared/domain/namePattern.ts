/** No regular expression: a pattern with many stars would take one for ever. Case does not matter. */
export function isLike(name: string, like: string): boolean {
  const [first = '', ...rest] = like.toLowerCase().split('*');
  const last = rest.pop();
  const text = name.toLowerCase();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** A name that both patterns match, a star standing for itself; undefined where none was found. */
export function commonName(one: string, other: string): string | undefined {
  return [one, other, `${one}${other}`, `${other}${one}`].find((name) => isLike(name, one) && isLike(name, other));
}
