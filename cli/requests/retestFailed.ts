import { z } from 'zod';
import type { ApiClient } from '../api/apiClient.ts';
import { UsageError } from '../exitCodes.ts';
import { printJson, printTable } from '../printTable.ts';
import { style } from '../style.ts';

const failed = z.object({ id: z.string(), verdict: z.string(), reason: z.string(), at: z.string() });
const planned = z.object({ versions: z.array(failed) });
const result = z.object({ asked: z.array(failed), left: z.number() });

export interface RetestFailedOptions {
  failedSince: string;
  reason: string;
  plan?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `imprimatur retest --failed-since`: the plan and its count first, then one request for each version. */
export async function retestFailed(api: ApiClient, options: RetestFailedOptions): Promise<void> {
  const since = new Date(options.failedSince);
  if (Number.isNaN(since.getTime())) throw new UsageError(`${options.failedSince} is no instant`);
  const failedSince = since.toISOString();
  if (options.plan || !options.yes) return showPlan(api, failedSince, options);
  const { reason } = options;
  const asked: z.infer<typeof failed>[] = [];
  for (;;) {
    const part = await api.send('POST', 'retests', result, { failedSince, reason });
    asked.push(...part.asked);
    if (part.left === 0 || part.asked.length === 0) break;
  }
  if (options.json) return printJson({ asked });
  console.log(`${style('green', 'accepted')}: ${asked.length} versions are to be tested again`);
}

async function showPlan(api: ApiClient, failedSince: string, { json, plan }: RetestFailedOptions): Promise<void> {
  const { versions } = await api.get(`retests?failedSince=${failedSince}`, planned);
  if (json) return printJson({ versions });
  printTable(versions.map(({ id, verdict, at, reason }) => [id.split('/galleries/')[1] ?? id, verdict, at, reason]));
  console.log(`${versions.length} versions did not pass since ${failedSince}.`);
  if (!plan && versions.length > 0) console.log('Nothing is done yet: the same with --yes has them tested again.');
}
