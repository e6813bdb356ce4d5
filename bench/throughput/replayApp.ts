/**
 * The triggers of functions/ over handlers that do what the record says, each time something arrives: the operations of
 * the service without its logic. The record is BENCH_RECORD; what was done is appended to BENCH_OPERATIONS.
 */
import { appendFileSync } from 'node:fs';
import { app, type InvocationContext } from '@azure/functions';
import { createCredential } from '../../shared/azure/createCredential.ts';
import { createServiceBusClient } from '../../shared/azure/createServiceBusClient.ts';
import { readConfig } from '../../shared/config.ts';
import { BusySpans } from './busySpans.ts';
import { invocationKey, messagesOf } from './invocationKey.ts';
import { type Operation, type RecordedInvocation, readInvocations } from './operations.ts';
import { OperationReplay } from './replayOperations.ts';
import { inOrder, ReplayPlan } from './replayPlan.ts';

const { serviceBus, resourceManager } = readConfig(process.env);
const plan = new ReplayPlan(readInvocations(process.env.BENCH_RECORD ?? ''));
const replay = new OperationReplay({
  serviceBus: createServiceBusClient(serviceBus),
  credential: createCredential(resourceManager.identity),
  resourceManager,
});
const connection = 'ServiceBusConnection';

async function handler(input: unknown, { functionName, triggerMetadata }: InvocationContext): Promise<void> {
  const key = invocationKey(functionName, input, triggerMetadata);
  const messages = messagesOf(input);
  const from = Date.now();
  const busy = new BusySpans(Date.now);
  const act = (operation: Operation) => busy.within(() => replay.act(operation, busy));
  try {
    for (const { operations } of plan.arrived(functionName, key, messages)) await inOrder(operations, act);
  } catch (error) {
    // Delivered again, the message would be given what comes next in the record.
    replay.done.givenUp.push(`${functionName} ${key}: ${error}`);
  }
  const done = { function: functionName, key, messages, from, to: Date.now(), busy: busy.spans, operations: [] };
  const line: RecordedInvocation = { ...done, replayed: replay.done };
  appendFileSync(process.env.BENCH_OPERATIONS ?? '', `${JSON.stringify(line)}\n`);
}

app.serviceBusQueue('auditIndex', { connection, queueName: 'audit-index', cardinality: 'many', handler });
app.eventGrid('imageEvents', { handler });
app.serviceBusQueue('publicationSteps', { connection, queueName: 'publications', isSessionsEnabled: true, handler });
app.serviceBusQueue('teamDeliveries', { connection, queueName: 'deliveries', handler });
app.timer('sweep', { schedule: '%IMPRIMATUR_SWEEP_SCHEDULE%', handler });
