/** The action that Azure Resource Manager checks for a request: types of the path, and what the method does to them. */
export function armAction(method: string, path: string): string {
  const [, provider = ''] = /\/providers\/([^?]+)/i.exec(path) ?? [];
  const [namespace = '', ...segments] = provider.split('/');
  const types = segments.filter((_, index) => index % 2 === 0);
  // A path that ends with a type is a list when it is read, and an action when it is posted to.
  const resource = [namespace, ...types].join('/');
  // A query of Resource Graph is posted, and is a read to Azure.
  if (namespace === 'Microsoft.ResourceGraph') return `${resource}/read`;
  if (method === 'POST') return `${resource}/action`;
  return `${resource}/${verbs[method] ?? 'unknown'}`;
}

const verbs: Record<string, string> = { GET: 'read', HEAD: 'read', PUT: 'write', PATCH: 'write', DELETE: 'delete' };
