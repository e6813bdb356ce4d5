import { existsSync, globSync, readFileSync } from 'node:fs';

/** The project's own papers, by path from the top. */
export const papers = globSync(['*.md', 'docs/**/*.md']).sort();

export function readPaper(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Fenced blocks of a language, without their fences. */
export function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter((block) => block[1] === language)
    .map(([, , body = '']) => body);
}

/** Rows of all tables below a heading, until the next one; cells without the space around them. */
export function tableRows(text: string, heading: string): string[][] {
  const section = text.split(/^(?=#+ )/m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => /^\|(?! ---)/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** What a link such as `[x](#some-heading)` would lead to, as GitHub names it. */
export function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** A file or folder that is there; a file of TypeScript may be named without its ending. */
export function isThere(path: string): boolean {
  return existsSync(path) || existsSync(`${path}.ts`) || globSync(path).length > 0;
}

/** Titles one level below a heading. */
export function headings(text: string, above: string): string[] {
  const level = /^#+/.exec(above)?.[0] ?? '';
  const [, section = ''] = text.split(new RegExp(`^${above}$`, 'm'));
  const [own = ''] = section.split(new RegExp(`^#{1,${level.length}} `, 'm'));
  return [...own.matchAll(new RegExp(`^${level}# (.*)$`, 'gm'))].map(([, title = '']) => title);
}
