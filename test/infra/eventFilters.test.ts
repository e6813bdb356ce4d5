import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import eventSubscriptions from '../../infra/eventSubscriptions.json' with { type: 'json' };
import { readEvents } from '../../local/eventGrid/envelope.ts';
import { filterSchema } from '../../local/eventGrid/filter.ts';
import { matchesFilter } from '../../local/eventGrid/matchesFilter.ts';

interface EventGridEvent {
  eventType: string;
  data: { operationName: string };
}

function vector(name: string): EventGridEvent {
  const file: unknown = JSON.parse(readFileSync(`test/vectors/events/${name}.json`, 'utf8'));
  return (Array.isArray(file) ? file[0] : file) as EventGridEvent;
}

const written = vector('event-grid__resource_write_success');
const deleted = vector('event-grid__resource_delete_success');

/** A recorded event, told of another operation or outcome. */
function about(operationName: string, from = written, eventType = from.eventType) {
  return { ...from, eventType, data: { ...from.data, operationName } };
}

function passes(name: keyof typeof eventSubscriptions, event: EventGridEvent): boolean {
  const [read] = readEvents('application/json', [event], '/subscriptions/s');
  if (!read) throw new Error('no event');
  return matchesFilter(filterSchema.parse(eventSubscriptions[name].filter), read);
}

const versions = 'Microsoft.Compute/galleries/images/versions';
const definitions = 'Microsoft.Compute/galleries/images';
const machines = 'Microsoft.Compute/virtualMachines';

describe('events of image versions', () => {
  test.each([
    ['a written version', about(`${versions}/write`)],
    [
      'a version that could not be written',
      about(`${versions}/write`, written, 'Microsoft.Resources.ResourceWriteFailure'),
    ],
    ['a deleted version', about(`${versions}/delete`, deleted)],
    ['a written definition', about(`${definitions}/write`)],
    ['a deleted definition', about(`${definitions}/delete`, deleted)],
    ['an operation in other letters', about(`${versions}/WRITE`)],
  ])('%s passes', (_, event) => {
    expect(passes('imageEvents', event)).toBe(true);
  });

  test.each([
    ['a written storage account', written],
    ['a deleted storage account', deleted],
    ['a gallery', about('Microsoft.Compute/galleries/write')],
    ['a virtual machine', about(`${machines}/write`)],
    ['a deployment that makes a version', about('Microsoft.Resources/deployments/write')],
    ['a cancelled write', about(`${versions}/write`, written, 'Microsoft.Resources.ResourceWriteCancel')],
  ])('%s does not', (_, event) => {
    expect(passes('imageEvents', event)).toBe(false);
  });
});

describe('events of smoke tests', () => {
  test.each([
    ['a virtual machine', about(`${machines}/write`)],
    ['a failed virtual machine', about(`${machines}/write`, written, 'Microsoft.Resources.ResourceWriteFailure')],
    ['a deleted virtual machine', about(`${machines}/delete`, deleted)],
    ['a finished run command', about(`${machines}/runCommands/write`)],
  ])('%s passes', (_, event) => {
    expect(passes('smokeTestEvents', event)).toBe(true);
  });

  test.each([
    ['a version', about(`${versions}/write`)],
    ['a disk', about('Microsoft.Compute/disks/write')],
    ['a network interface', about('Microsoft.Network/networkInterfaces/delete', deleted)],
  ])('%s does not', (_, event) => {
    expect(passes('smokeTestEvents', event)).toBe(false);
  });
});
