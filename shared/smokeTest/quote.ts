/** One word of a POSIX shell, whatever the text holds: inside single quotes only the single quote itself has a meaning. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
