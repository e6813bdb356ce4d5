import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { descendants, nameOf, parseBicepFile } from './parseBicep.ts';

await Parser.init();
const grammars = {
  hcl: await Language.load(
    fileURLToPath(import.meta.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm')),
  ),
  tf: await Language.load(
    fileURLToPath(import.meta.resolve('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm')),
  ),
};

function parseHcl(file: string): Node {
  const parser = new Parser();
  parser.setLanguage(file.endsWith('.tf') ? grammars.tf : grammars.hcl);
  const tree = parser.parse(readFileSync(file, 'utf8'));
  if (!tree) throw new Error('the parser has no language');
  return tree.rootNode;
}

/** Attributes of a file by name, as they stand in it. */
function attributes(file: string): Record<string, string> {
  const found = descendants(parseHcl(file)).filter(({ type }) => type === 'attribute');
  return Object.fromEntries(found.map((node) => [node.namedChildren[0]?.text, node.namedChildren.at(-1)?.text ?? '']));
}

const files = globSync('infra/samples/*.{hcl,tf}').sort();
const templateFile = 'infra/samples/imageTemplate.bicep';

function sourceOf(file: string, property: string): string {
  const node = descendants(parseBicepFile(file)).find(
    (child) => child.type === 'object_property' && nameOf(child) === property,
  );
  return node?.namedChildren.at(-1)?.text ?? '';
}

describe('the samples for producers', () => {
  test.each(files)('%s is well-formed', (file) => {
    expect(descendants(parseHcl(file)).filter(({ isError, isMissing }) => isError || isMissing)).toEqual([]);
  });

  test('create versions that nobody picks before they have been tested', () => {
    expect(sourceOf(templateFile, 'excludeFromLatest')).toBe('true');
    expect(attributes('infra/samples/packer.pkr.hcl').shared_gallery_image_version_exclude_from_latest).toBe('true');
    expect(attributes('infra/samples/imageVersion.tf').exclude_from_latest).toBe('true');
    expect(readFileSync('docs/producers.md', 'utf8')).toContain('--exclude-from-latest true');
  });

  test('leave the flags alone afterwards', () => {
    expect(attributes('infra/samples/imageVersion.tf').ignore_changes).toContain('exclude_from_latest');
  });

  test('say on the version what it was made of', () => {
    for (const file of [templateFile, ...files, 'docs/producers.md'])
      for (const tag of ['built-by', 'source-revision']) expect(readFileSync(file, 'utf8')).toContain(tag);
  });

  test('cover the three networks of VM Image Builder: none, a build subnet, a build and a container subnet', () => {
    expect(sourceOf(templateFile, 'vnetConfig').replaceAll(/\s+/g, ' ')).toBe(
      'empty(buildSubnetId) ? null : union( { subnetId: buildSubnetId }, empty(containerSubnetId) ? {} : { containerInstanceSubnetId: containerSubnetId } )',
    );
    const access = readFileSync('infra/samples/imageBuilderAccess.bicep', 'utf8');
    expect(access).toContain("'Microsoft.Network/virtualNetworks/read'");
    expect(access).toContain("'Microsoft.Network/virtualNetworks/subnets/join/action'");
  });
});
