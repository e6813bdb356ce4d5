import { describe, expect, it } from 'vitest';
import {
  definitionKey,
  definitionKeyOfVm,
  parseGalleryId,
  parseImageId,
  shortHash,
  versionResourceId,
  vmName,
} from '../../../shared/domain/ids.ts';

const id =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/corpGallery/images/ubuntu-2404';
const definition = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-images',
  gallery: 'corpGallery',
  image: 'ubuntu-2404',
};

describe('ids', () => {
  it('reads image definitions and image versions in any case', () => {
    expect(parseImageId(id)).toEqual({ definition });
    expect(parseImageId(`${id}/versions/1.4.0`)).toEqual({ definition, version: '1.4.0' });
    expect(parseImageId(`${id}/VERSIONS/1.4.0`.replace('resourceGroups', 'resourcegroups'))?.version).toBe('1.4.0');
  });

  it.each([
    '',
    '/',
    `${id}/`,
    `${id}/versions/latest`,
    `${id}/versions/1.4`,
    `${id}/versions/1.4.0/x`,
    `x${id}`,
    `${id}\n`,
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/v',
  ])('refuses %j', (text) => {
    expect(parseImageId(text)).toBeUndefined();
  });

  it('writes what it reads', () => {
    expect(versionResourceId(definition, '1.4.0')).toBe(`${id}/versions/1.4.0`);
    expect(parseGalleryId(id.slice(0, id.indexOf('/images')))).toEqual({
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      resourceGroup: 'rg-images',
      gallery: 'corpGallery',
    });
    expect(parseGalleryId(id)).toBeUndefined();
  });

  it('has one key for a definition, however it is spelled', () => {
    expect(definitionKey({ ...definition, gallery: 'CORPGALLERY' })).toBe(definitionKey(definition));
    expect(definitionKey({ ...definition, image: 'ubuntu-2204' })).not.toBe(definitionKey(definition));
    expect(definitionKey(definition)).toMatch(/^[0-9a-f]{20}$/);
  });

  it('does not confuse neighbouring parts of a hash', () => {
    expect(shortHash(20, 'ab', 'c')).not.toBe(shortHash(20, 'a', 'bc'));
  });

  it('finds the definition from the name of its VM, and from no other name', () => {
    const key = definitionKey(definition);
    const name = vmName(key, 'incarnation', 1);
    expect(name.length).toBeLessThanOrEqual(64);
    expect(definitionKeyOfVm(name.toUpperCase())).toBe(key);
    expect(vmName(key, 'incarnation', 2)).not.toBe(name);
    expect(definitionKeyOfVm('imp-web-1')).toBeUndefined();
    expect(definitionKeyOfVm(`${name}-disk`)).toBeUndefined();
  });
});
