import { galleryId } from '../stack/names.ts';

export interface Story {
  image: string;
  version: string;
  /** The guest that boots from it, a file of local/images/ or local/images/qemu/. */
  guest: string;
  expected: 'published' | 'quarantined' | 'inconclusive';
  /** What the reason has to contain. */
  because?: string;
  told: string;
}

/** What the demo publishes. */
export const stories: Story[] = [
  { image: 'ubuntu-2404', version: '1.0.0', guest: 'healthy', expected: 'published', told: 'a healthy image' },
  {
    image: 'ubuntu-2404',
    version: '1.0.1',
    guest: 'broken-service',
    expected: 'quarantined',
    because: 'web server answers',
    told: 'its web server does not start',
  },
  {
    image: 'debian-12',
    version: '1.0.0',
    guest: 'allocation-failed-once',
    expected: 'published',
    told: 'Azure has no capacity for its first VM',
  },
];

export function storyId({ image, version }: Pick<Story, 'image' | 'version'>): string {
  return `${galleryId}/images/${image}/versions/${version}`;
}
