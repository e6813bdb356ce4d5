/** One shell word, whatever the text holds: inside single quotes only the single quote itself has a meaning. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
