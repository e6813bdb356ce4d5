import type { ServiceRequest } from '../recording/startRecordedStack.ts';
import type { Publication } from './publishAll.ts';
import type { Span } from './spans.ts';

const tooMany = 429;

/** A call of Resource Manager that it refused because too much was asked for within its documented limit. */
export const isRefused = ({ target, status }: ServiceRequest): boolean => target === 'arm' && status === tooMany;

/**
 * When Resource Manager let a publication wait: from each call that it refused until the time is over which it asked to
 * wait. What is asked for later than that waited for us. A refused call that names neither the image definition nor the
 * VM (the tags of the gallery) is nobody's.
 */
export function refusals(publication: Publication, requests: ServiceRequest[]): Span[] {
  const isOurs = isAbout(publication);
  return requests
    .filter((request) => isRefused(request) && isOurs(request))
    .map(({ from, to, retryAfterMs = 0 }) => [from, to + retryAfterMs]);
}

/** All requests but those that are about another image definition, or another smoke-test VM. */
export function notAboutOthers(publication: Publication, requests: ServiceRequest[]): ServiceRequest[] {
  const isOurs = isAbout(publication);
  return requests.filter((request) => isOurs(request) || !(request.target === 'arm' && aboutOne.test(request.path)));
}

const aboutOne = /\/(images|virtualMachines)\/[^/?]+/i;

/** Whether a call of Resource Manager is about the image definition of a publication, or its smoke-test VM, by its path. */
export function isAbout({ entries }: Pick<Publication, 'entries'>): (request: ServiceRequest) => boolean {
  const names = entries.flatMap(({ fact }) => {
    if (fact.type === 'versionDetected') return [fact.imageVersionId.replace(/\/versions\/[^/]+$/, '')];
    return fact.type === 'launchIntended' ? [`/virtualMachines/${fact.vmName}`] : [];
  });
  const wanted = names.map((name) => `${name.toLowerCase()}/`);
  return ({ target, path }) => {
    const asked = `${path.split('?', 1)[0]?.toLowerCase()}/`;
    return target === 'arm' && wanted.some((name) => asked.includes(name));
  };
}
