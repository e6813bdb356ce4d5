import { join, resolve } from 'node:path';
import { anyPorts } from '../../local/stack/ports.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack/startStack.ts';

export const everything = { team: 'everything', filter: '1 = 1' };
const published = { team: 'published', filter: "type LIKE 'imprimatur.imageVersion.published.%'" };
const warned = { team: 'warned', filter: "severity <> 'info'" };
export const threeTeams = [everything, published, warned];

const root = resolve(import.meta.dirname, '../..');

/** Local Azure and the built app on free ports; `npm run build` has to come first. */
export function startTestStack(name: string, options: Partial<StackOptions> = {}): Promise<Stack> {
  return startStack({
    folder: join(root, '.local', name),
    ports: anyPorts,
    speed: 10,
    policyFile: join(root, 'local/policy.yaml'),
    teams: threeTeams,
    app: root,
    log: process.env.VERBOSE ? (part, line) => console.log(`[${part}] ${line}`) : () => undefined,
    ...options,
  });
}
