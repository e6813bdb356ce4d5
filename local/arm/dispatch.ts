import { ArmError } from './errors.ts';
import type { Handler, Route } from './request.ts';

/** Answers a request from inside, by the same routes as one from outside. */
export function dispatcher(routes: Route[]): Handler {
  const patterns = routes.map(({ method, path, handle }) => ({ method, segments: path.split('/'), handle }));
  return (request) => {
    const segments = request.path.toLowerCase().split('/');
    const route = patterns.find((pattern) => pattern.method === request.method && fits(pattern.segments, segments));
    if (route) return route.handle(request);
    throw new ArmError(404, {
      code: 'InvalidResourceType',
      message: `The resource type of '${request.target.id}' could not be found.`,
    });
  };
}

function fits(pattern: string[], segments: string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((segment, index) => segment.startsWith(':') || segment === segments[index])
  );
}
