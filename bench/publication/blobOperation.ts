/** As Azure bills: a list costs what a write does, a deletion nothing, and all that is not named here what a read does. */
export type BlobOperation = 'read' | 'list' | 'write' | 'deletion';

/** What kind of operation a request of Blob storage is, by method and path with query. */
export function blobOperation({ method, path }: { method: string; path: string }): BlobOperation {
  if (method === 'DELETE') return 'deletion';
  if (method === 'PUT') return 'write';
  return method === 'GET' && new URLSearchParams(path.split('?')[1]).get('comp') === 'list' ? 'list' : 'read';
}
