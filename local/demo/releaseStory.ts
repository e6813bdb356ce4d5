import { setTimeout as wait } from 'node:timers/promises';
import { apiClient } from '../stack/apiClient.ts';
import { galleryId } from '../stack/names.ts';
import { operatorClient } from '../stack/operatorClient.ts';
import { publishVersion } from '../stack/publishVersion.ts';
import type { Stack } from '../stack/startStack.ts';
import { Narrator, paint } from './narrator.ts';
import { playRetirement } from './retirementStory.ts';
import { describeSoak } from './soak.ts';

type Latest = Record<string, string>;

const image = 'ubuntu-2404';
const definition = `${galleryId}/images/${image}`;
const idOf = (version: string) => `${definition}/versions/${version}`;
const lookEveryMs = 250;
const limitMs = 150_000;
/** In the time of the stack: longer than the soak of the policy. */
const longerThanSoakMs = 130_000;

/** Rings with soak, a veto, a rollback, an expedited fix and a retirement; throws where something is not as told. */
export async function playRelease(
  { endpoints }: Pick<Stack, 'endpoints'>,
  { speed, policyFile, print }: { speed: number; policyFile: string; print(line: string): void },
): Promise<void> {
  const api = apiClient(endpoints);
  const operator = operatorClient(endpoints);
  const narrator = new Narrator(api, print);
  const tell = (line: string) => print(`${' '.repeat(10)}${paint('yellow', line)}`);

  const latest = async (): Promise<Latest> => (await api.images()).find(({ id }) => id === definition)?.latest ?? {};
  const until = async (told: string, isSo: (latest: Latest) => boolean) => {
    const limit = performance.now() + limitMs;
    while (!isSo(await latest())) {
      if (performance.now() > limit) throw new Error(`not as told: ${told}, but ${JSON.stringify(await latest())}`);
      await narrator.look();
      await wait(lookEveryMs);
    }
    await narrator.look();
    tell(told);
  };
  const write = async (version: string, told: string) => {
    tell(`an image pipeline writes ${image} ${version}: ${told}`);
    await publishVersion(endpoints, image, version, 'healthy');
  };
  const ask = async (request: Record<string, unknown>) => {
    const { reason, text } = await operator.plan(request);
    tell(`an operator asks for ${request.kind}: ${request.reason}`);
    for (const line of [reason, ...text]) print(`${' '.repeat(12)}${line}`);
    await operator.request(request);
  };

  await write('1.0.0', 'the first');
  await until('1.0.0 is latest in the first ring', ({ westeurope }) => westeurope === '1.0.0');
  await until('1.0.0 is latest in the second ring, after the soak', ({ northeurope }) => northeurope === '1.0.0');
  tell(await soakOf('1.0.0'));
  await write('1.0.1', 'it will turn out to be bad');
  await until('1.0.1 is latest in the first ring', ({ westeurope }) => westeurope === '1.0.1');
  await ask({ kind: 'veto', id: idOf('1.0.1'), reason: 'it leaks memory' });
  await wait(longerThanSoakMs / speed);
  await until('the veto halts it: the second ring stays at 1.0.0', ({ northeurope }) => northeurope === '1.0.0');
  await ask({ kind: 'rollback', id: idOf('1.0.0'), reason: 'it leaks memory' });
  await until('1.0.0 is latest everywhere', (seen) => Object.values(seen).every((version) => version === '1.0.0'));
  await ask({ kind: 'resume', id: definition, reason: 'the fix is there' });
  await write('1.0.2', 'the fix');
  await expediteWhenKnown();
  await until('1.0.2 is latest everywhere, without soak', (seen) =>
    ['westeurope', 'northeurope'].every((region) => seen[region] === '1.0.2'),
  );
  await playRetirement(endpoints, narrator, {
    policyFile,
    old: { superseded: idOf('1.0.0'), rolledBack: idOf('1.0.1') },
    tell,
  });

  async function soakOf(version: string): Promise<string> {
    const found = (await narrator.look()).find(({ id }) => id === idOf(version));
    if (!found) throw new Error(`${version} is not known`);
    return describeSoak(found, policyFile, speed);
  }

  async function expediteWhenKnown(): Promise<void> {
    const isKnown = async () => (await narrator.look()).some(({ id }) => id === idOf('1.0.2'));
    while (!(await isKnown())) await wait(lookEveryMs);
    await ask({ kind: 'expedite', id: idOf('1.0.2'), reason: 'memory leak in production', ticket: 'INC-4711' });
  }
}
