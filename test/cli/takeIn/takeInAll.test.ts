import { expect, test } from 'vitest';
import { CommandError, exitCodes } from '../../../cli/exitCodes.ts';
import { describeRefused, type TakingIn, takeInAll } from '../../../cli/takeIn/takeInAll.ts';

const id = (gallery: string, version: string) =>
  `/resourceGroups/g/galleries/${gallery}/images/ubuntu/versions/${version}`;
const foreign = 'gallery theirs is of the instance green';

/** Galleries whose versions are tested as soon as they are asked for. */
function world(ids: string[], refuse: (asked: string) => CommandError | undefined) {
  const asked: string[] = [];
  const tell: string[] = [];
  return {
    asked,
    told: tell,
    taking: {
      list: async () =>
        ids.filter((each) => !asked.includes(each)).map((each) => ({ id: each, isOpen: false, failed: false })),
      ask: async (each: string) => {
        const error = refuse(each);
        if (error) throw error;
        asked.push(each);
      },
      wait: async () => undefined,
      tell: (line: string) => void tell.push(line),
    },
  };
}

test('a gallery that is refused is named, and the versions of all others are taken in', async () => {
  const ids = [id('theirs', '1.0.0'), id('theirs', '1.0.1'), id('ours', '1.0.0'), id('ours', '1.0.1')];
  const { taking, asked } = world(ids, (each) =>
    each.includes('/theirs/') ? new CommandError(foreign, exitCodes.refused) : undefined,
  );

  const taken = await takeInAll(taking, { atOnce: 1, atMost: 100 });

  expect(asked).toEqual([id('ours', '1.0.0'), id('ours', '1.0.1')]);
  expect(taken.asked).toEqual(asked);
  expect(describeRefused(taken.refused)).toEqual([`2 refused in theirs: ${foreign}`]);
});

test('what is refused does not count as asked for', async () => {
  const ids = [id('theirs', '1.0.0'), id('ours', '1.0.0'), id('ours', '1.0.1')];
  const { taking } = world(ids, (each) =>
    each.includes('/theirs/') ? new CommandError(foreign, exitCodes.refused) : undefined,
  );

  expect((await takeInAll(taking, { atOnce: 2, atMost: 1 })).asked).toEqual([id('ours', '1.0.0')]);
});

test('a service that cannot be reached ends it', async () => {
  const { taking } = world([id('ours', '1.0.0')], () => new CommandError('no answer', exitCodes.outOfReach));

  await expect(takeInAll(taking, { atOnce: 1, atMost: 100 })).rejects.toThrow('no answer');
});

test('what is stopped in between goes on where it was when it is started again, and asks for nothing twice', async () => {
  const ids = Array.from({ length: 5 }, (_, patch) => id('ours', `1.0.${patch}`));
  const asked: string[] = [];
  const open: string[] = [];
  const underTest: number[] = [];
  const taking = (stopsAfter: number): TakingIn => {
    let waits = 0;
    return {
      // One that is under test is adopted still.
      list: async () =>
        ids
          .filter((each) => !asked.includes(each) || open.includes(each))
          .map((each) => ({ id: each, isOpen: open.includes(each), failed: false })),
      ask: async (each) => {
        asked.push(each);
        underTest.push(open.push(each));
      },
      wait: async () => {
        if (++waits > stopsAfter) throw new Error('stopped');
        open.shift();
      },
      tell: () => undefined,
    };
  };

  await expect(takeInAll(taking(1), { atOnce: 2, atMost: 100 })).rejects.toThrow('stopped');
  expect(asked).toEqual(ids.slice(0, 3));
  await takeInAll(taking(9), { atOnce: 2, atMost: 100 });

  expect(asked).toEqual(ids);
  expect(Math.max(...underTest)).toBe(2);
});
