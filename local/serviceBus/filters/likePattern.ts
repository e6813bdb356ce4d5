/** A LIKE pattern as a regular expression: % is any string, _ any single character. */
export function likePattern(pattern: string, escapeWith?: string): RegExp {
  let source = '';
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === escapeWith) source += literal(characters[++index] ?? '');
    else if (character === '%') source += '.*';
    else if (character === '_') source += '.';
    else source += literal(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
