import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { faultSchema } from '../../local/arm/faults.ts';
import { defaultPorts } from '../../local/stack/ports.ts';
import { readGuestImage } from '../../local/vm/guestImage.ts';
import { blocks, readPaper, tableRows } from './markdown.ts';

const paper = readPaper('docs/local-azure.md');
const code = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

test('the table of ports is that of npm start', () => {
  const rows = tableRows(paper, '## Ports and endpoints').slice(1);

  const ports = rows.flatMap(([parts = '', numbers = '']) => {
    const listed = [...numbers.matchAll(/\d{4,}/g)].map(Number);
    return code(parts).map((part, index) => [part, listed[index]]);
  });

  expect(Object.fromEntries(ports)).toEqual(defaultPorts);
});

test('the fault in it is one', () => {
  const faults = blocks(paper, 'json').map((fault) => faultSchema.safeParse(JSON.parse(fault)).success);

  expect(faults).toEqual([true]);
});

test('it names every effect of a fault with its members', () => {
  const rows = tableRows(paper, '## Faults').slice(1);
  const named = rows.flatMap(([cell = '']) => cell.split(';').flatMap(namedEffects));

  const effects = faultSchema.shape.effect.options.map(({ shape }) => [
    shape.kind.value,
    Object.keys(shape)
      .filter((member) => member !== 'kind')
      .sort(),
  ]);

  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(effects));
});

/** `a`, `b` with `x`, `y` (`value`): the effects a and b, each with the members x and y. */
function namedEffects(text: string): [string, string[]][] {
  const [kinds = '', members = ''] = text.replaceAll(/\([^)]*\)/g, '').split(' with ');
  return code(kinds).map((kind) => [kind, code(members).sort()]);
}

test('the guest image in it is one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guest-images-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync('local/images/healthy.yaml', join(folder, 'healthy.yaml'));
  const [example = ''] = blocks(paper, 'yaml');
  writeFileSync(join(folder, 'example.yaml'), example);

  const image = await readGuestImage(folder, 'example');

  expect(image.services).not.toHaveProperty('nginx');
  expect(image.services).toHaveProperty('ssh');
});
