import { expect, it } from 'vitest';
import type { Publication } from '../../../bench/publication/publishAll.ts';
import { notAboutOthers, refusals } from '../../../bench/publication/refusals.ts';

const gallery = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/c';
const facts = [
  { type: 'versionDetected', imageVersionId: `${gallery}/images/image-1/versions/1.0.0` },
  { type: 'launchIntended', vmName: 'imp-a' },
];
const publication = { entries: facts.map((fact) => ({ fact })) } as unknown as Publication;
const call = (path: string, from: number, answer: object) => ({
  ...{ target: 'arm' as const, method: 'GET', path, status: 200, from, to: from + 10 },
  ...answer,
});
const refused = { status: 429, retryAfterMs: 2_000 };

it('lasts from a refused call until Azure would grant it, of the image definition and of its VM', () => {
  const requests = [
    call(`${gallery}/images/IMAGE-1?api-version=1`, 0, refused),
    call(`${gallery}/images/image-1/versions/1.0.0`, 5_000, {}),
    call('/resourceGroups/v/virtualMachines/imp-a/runCommands/c', 9_000, refused),
  ];

  expect(refusals(publication, requests)).toEqual([
    [0, 2_010],
    [9_000, 11_010],
  ]);
});

it('is nobody’s where another is asked for, or the gallery, or storage', () => {
  const requests = [
    call(`${gallery}/images/image-10/versions`, 0, refused),
    call(gallery, 0, refused),
    call('/resourceGroups/v/virtualMachines/imp-ab', 0, refused),
    { ...call(`${gallery}/images/image-1`, 0, refused), target: 'blob' as const },
  ];

  expect(refusals(publication, requests)).toEqual([]);
});

it('leaves out what is about another image definition or VM, and keeps what may be about any', () => {
  const own = call(`${gallery}/images/image-1`, 0, refused);
  const ofAll = [call(gallery, 0, refused), { ...call('/logs/a.jsonl', 0, {}), target: 'blob' as const }];
  const others = [call(`${gallery}/images/image-2`, 0, refused), call('/virtualMachines/imp-b', 0, refused)];

  expect(notAboutOthers(publication, [own, ...ofAll, ...others])).toEqual([own, ...ofAll]);
});
