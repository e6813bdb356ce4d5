import type { RouterRoute } from 'hono/types';

/** The methods that a path has, by the operations that are declared; none where there is nothing. GET has its HEAD. */
export function methodsAt(routes: Pick<RouterRoute, 'method' | 'path'>[], path: string): string[] {
  const wanted = path.split('/');
  const fits = (pattern: string) => {
    const parts = pattern.split('/');
    const fitting = parts.filter((part, index) => part === wanted[index] || (part.startsWith(':') && wanted[index]));
    return fitting.length === wanted.length && parts.length === wanted.length;
  };
  const methods = routes.filter((route) => route.method !== 'ALL' && fits(route.path)).map(({ method }) => method);
  return [...new Set(methods)].flatMap((method) => (method === 'GET' ? [method, 'HEAD'] : [method])).sort();
}
