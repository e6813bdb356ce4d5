import { setTimeout as wait } from 'node:timers/promises';
import { exitCodes } from '../exitCodes.ts';
import { style } from '../style.ts';
import { probe } from './probe.ts';
import type { Answered } from './probeQuestions.ts';
import type { ProbePlan } from './probeVersion.ts';
import type { Ask } from './resourceManager.ts';

/** `imprimatur doctor --probe`: progress on stderr, the answers on stdout. Fails where Azure differs from what is assumed. */
export async function runProbe(ask: Ask, plan: ProbePlan, json: boolean): Promise<void> {
  const say = (line: string) => console.error(style('dim', line));
  const { answers, left } = await probe({ ask, now: Date.now, wait: (ms) => wait(ms), say }, plan);
  if (json) console.log(JSON.stringify({ answers, left }, null, 2));
  else for (const answer of answers) print(answer);
  for (const id of left) console.error(`not deleted: az resource delete --ids ${id}`);
  process.exitCode = left.length > 0 || answers.some(({ agrees }) => !agrees) ? exitCodes.failed : exitCodes.ok;
}

function print({ question, answer, assumed, agrees }: Answered): void {
  const mark = agrees ? style('green', 'as assumed') : style('red', 'differs   ');
  console.log(`${mark} ${question}: ${answer}${agrees ? '' : `\n           → the service assumes: ${assumed}`}`);
}
