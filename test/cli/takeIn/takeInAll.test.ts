import { expect, test } from 'vitest';
import { CommandError, exitCodes } from '../../../cli/exitCodes.ts';
import { describeRefused, takeInAll } from '../../../cli/takeIn/takeInAll.ts';

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
