import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { anchors, isThere, papers, readPaper } from './markdown.ts';

const ownFolders = /^(?:\.ci|\.github|functions|shared|infra|local|test|docs)\//;

test.each(papers)('every link of %s leads somewhere', (paper) => {
  const links = [...readPaper(paper).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? paper : join(dirname(paper), path);
    return !isThere(target) || (anchor !== undefined && !anchors(readPaper(target)).includes(anchor));
  });

  expect(broken).toEqual([]);
});

test.each(papers)('every path that %s names is there', (paper) => {
  const code = [...readPaper(paper).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const paths = code.filter((text) => ownFolders.test(text) && !/[\s…<>]|[A-Z]{4}/.test(text));

  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

test.each(papers)('every npm script that %s names exists', (paper) => {
  const named = [...readPaper(paper).matchAll(/\bnpm (?:run ([\w:-]+)|(start|test))\b/g)].map(
    ([, script, short]) => script ?? short ?? '',
  );

  expect(named.filter((script) => !(script in packageJson.scripts))).toEqual([]);
});
