import { z } from 'zod';
import { latestInRegion } from './probeLatest.ts';
import type { ProbePlan, ProbeVersion } from './probeVersion.ts';
import { refusalOf } from './resourceManager.ts';
import { describeRefusal, ProbeError, type ThrowAway } from './throwAway.ts';

/** What Azure did, beside what this service relies on. */
export interface Answered {
  question: string;
  answer: string;
  assumed: string;
  agrees: boolean;
}

const versionBody = z.object({
  properties: z.object({
    publishingProfile: z.looseObject({ publishedDate: z.string(), targetRegions: z.array(z.looseObject({})) }),
  }),
  systemData: z.object({ createdAt: z.string() }).optional(),
});

export async function askAboutReplication(throwAway: ThrowAway, { id }: ProbeVersion): Promise<Answered> {
  const answer = await throwAway.send('PATCH', id, { properties: { publishingProfile: { excludeFromLatest: true } } });
  return {
    question: 'a PATCH of the flags while the version replicates',
    answer: answer.status < 300 ? `is accepted (${answer.status})` : `is refused: ${describeRefusal(answer)}`,
    assumed: 'is refused with 409',
    agrees: answer.status === 409,
  };
}

/** Each flag for itself, and neither: which of them keep the version out of latest. Then what the writes changed. */
export async function askAboutFlags(throwAway: ThrowAway, plan: ProbePlan, version: ProbeVersion): Promise<Answered[]> {
  const before = await read(throwAway, version.id);
  const answers: Answered[] = [];
  const flags = [
    [true, false],
    [false, true],
    [false, false],
  ] as const;
  for (const [index, [global, regional]] of flags.entries()) {
    await writeFlags(throwAway, version, global, regional);
    const latest = await latestInRegion(throwAway, plan, version, index + 1);
    const assumed = global || regional ? 'none' : '1.0.0';
    answers.push({
      question: `latest with excludeFromLatest ${global} for the version and ${regional} for the region`,
      answer: latest,
      assumed,
      agrees: latest === assumed,
    });
  }
  const after = await read(throwAway, version.id);
  return [
    ...answers,
    compare('publishedDate after writes of the flags', before.publishedDate, after.publishedDate),
    compare('systemData.createdAt after writes of the flags', before.createdAt, after.createdAt),
  ];
}

function compare(question: string, before: string | undefined, after: string | undefined): Answered {
  if (before === undefined) return { question, answer: 'is absent', assumed: 'is as before', agrees: false };
  const answer = before === after ? 'is as before' : `went from ${before} to ${after ?? 'nothing'}`;
  return { question, answer, assumed: 'is as before', agrees: before === after };
}

async function writeFlags(throwAway: ThrowAway, { id }: ProbeVersion, global: boolean, regional: boolean) {
  const { profile } = await read(throwAway, id);
  const targetRegions = profile.targetRegions.map((region) => ({ ...region, excludeFromLatest: regional }));
  const answer = await throwAway.send('PATCH', id, {
    properties: { publishingProfile: { ...profile, excludeFromLatest: global, targetRegions } },
  });
  if (answer.status >= 300) throw new ProbeError(`Azure did not write the flags: ${describeRefusal(answer)}`);
  await throwAway.settled(id);
}

async function read(throwAway: ThrowAway, id: string) {
  const answer = await throwAway.send('GET', id);
  const parsed = versionBody.safeParse(answer.body);
  if (!parsed.success) throw new ProbeError(`the version cannot be read: ${refusalOf(answer)?.code ?? parsed.error}`);
  const { publishingProfile: profile } = parsed.data.properties;
  return { profile, publishedDate: profile.publishedDate, createdAt: parsed.data.systemData?.createdAt };
}
