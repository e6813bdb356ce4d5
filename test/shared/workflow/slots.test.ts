import { expect, test } from 'vitest';
import { type Ledger, listSlots, releaseSlot, takeSlot } from '../../../shared/workflow/slots.ts';
import { withMethods } from '../../fakes/withMethods.ts';
import { World } from '../../fakes/world.ts';

const region = 'westeurope';
const vmNames = Array.from({ length: 20 }, (_, index) => `imp-${index}`);
const wanted = (vmName: string) => ({ vmName, key: `definition of ${vmName}`, limit: 12, rank: 1 }) as const;

test('steps of one process take turns at a ledger: none is refused, and each finds what the one before wrote', async () => {
  const { ports } = new World();
  let refused = 0;
  const documents = withMethods(ports.documents, {
    write: async (name, value, ifMatch) => {
      const written = await ports.documents.write(name, value, ifMatch);
      if (written === 'conflict') refused += 1;
      return written;
    },
  });

  const taken = await Promise.all(vmNames.map((vmName) => takeSlot({ ...ports, documents }, region, wanted(vmName))));

  expect(taken.filter((each) => each)).toHaveLength(12);
  expect(refused).toBe(0);
  const [ledger] = await listSlots(ports);
  expect(ledger?.slots.map(({ vmName }) => vmName)).toEqual(vmNames.slice(0, 12));
});

test('one that fails does not fail those whose turn comes after it', async () => {
  const { ports } = new World();
  let isCutOff = true;
  const documents = withMethods(ports.documents, {
    read: async (name) => {
      if (!isCutOff) return ports.documents.read(name);
      isCutOff = false;
      throw new Error('the connection breaks');
    },
  });
  const taking = takeSlot({ ...ports, documents }, region, wanted('imp-1'));
  const releasing = releaseSlot({ ...ports, documents }, region, 'imp-0');

  await expect(taking).rejects.toThrow('the connection breaks');
  await expect(releasing).resolves.toBeUndefined();
});

test('another process may have been faster: what it wrote is read, and kept', async () => {
  const { ports } = new World();
  let isFirst = true;
  const documents = withMethods(ports.documents, {
    write: async (name, value, ifMatch) => {
      if (isFirst) {
        isFirst = false;
        const others: Ledger = { slots: [{ vmName: 'imp-9', key: 'other', takenAt: ports.clock.now() }], waiters: [] };
        await ports.documents.write(name, others, undefined);
      }
      return ports.documents.write(name, value, ifMatch);
    },
  });

  expect(await takeSlot({ ...ports, documents }, region, wanted('imp-1'))).toBe(true);
  const [ledger] = await listSlots(ports);
  expect(ledger?.slots.map(({ vmName }) => vmName)).toEqual(['imp-9', 'imp-1']);
});
