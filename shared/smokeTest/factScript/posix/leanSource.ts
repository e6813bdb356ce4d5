/** Without comments, indentation and empty lines, which only readers of this repository need: a guest is sent the rest. */
export function leanSource(source: string): string {
  return source
    .trim()
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');
}
