import { expect, test } from 'vitest';
import { redact } from '../../shared/redact.ts';

test.each([
  [
    'https://a.blob.core.windows.net/c/b?sv=1&sig=abc%2Bdef%3D&se=2',
    'https://a.blob.core.windows.net/c/b?sv=1&sig=(redacted)&se=2',
  ],
  ['AccountName=a;AccountKey=abc==;BlobEndpoint=b', 'AccountName=a;AccountKey=(redacted);BlobEndpoint=b'],
  ['SharedAccessKeyName=n;SharedAccessKey=abc=', 'SharedAccessKeyName=n;SharedAccessKey=(redacted)'],
  ['authorization: Bearer abcdefghijklmnopqrstuvwxyz', 'authorization: Bearer (redacted)'],
  ['token eyJhbGciOiJub25l.eyJhdWQiOiJ4In0.c2ln', 'token (redacted)'],
  [
    '/subscriptions/s/resourceGroups/g: signature of the image',
    '/subscriptions/s/resourceGroups/g: signature of the image',
  ],
])('%s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});
