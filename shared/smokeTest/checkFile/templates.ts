import type { Place } from './checkFile.ts';

const mostShown = 5;

/**
 * Go templates, anywhere: goss runs its template engine over the whole text before it reads any YAML, quotes and comments
 * included.
 */
export function findTemplates(file: string, text: string): { place: Place; message: string }[] {
  if (!text.includes('{{')) return [];
  const lines = text.split('\n').flatMap((line, index) => (line.includes('{{') ? [index + 1] : []));
  return lines.slice(0, mostShown).map((line, index) => ({
    place: { file, line },
    message:
      `a Go template ({{ … }}) is not rendered here: run "goss -g ${file} render > rendered.yaml" first, and use that` +
      (index === mostShown - 1 && lines.length > mostShown
        ? ` (${lines.length - mostShown} more lines with templates)`
        : ''),
  }));
}
