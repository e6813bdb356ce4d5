import { expect, test } from 'vitest';
import { Semaphore } from '../../../../local/semaphore.ts';
import type { BootEnd } from '../../../../local/vm/qemu/boot.ts';
import { Power } from '../../../../local/vm/qemu/power.ts';

/** A power button whose boots end when the test says so, or when they are asked to. */
function makePower(processors = new Semaphore(1)) {
  const boots: ((reason: string, answered?: boolean) => Promise<void>)[] = [];
  const off: string[] = [];
  const power = new Power({
    processors,
    boot: (signal) =>
      new Promise<BootEnd>((resolve) => {
        const end = (reason: string, answered = false) => resolve({ reason, answered, lastWords: '' });
        signal.addEventListener('abort', () => end('guest-shutdown', true), { once: true });
        boots.push(async (reason, answered) => {
          end(reason, answered);
          await turn();
        });
      }),
    onOff: () => off.push('off'),
  });
  return { power, boots, off };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('boots again when the guest resets itself', async () => {
  const { power, boots, off } = makePower();
  power.on();
  await turn();

  for (let time = 0; time < 20; time += 1) await boots.at(-1)?.('guest-reset', true);

  expect(boots).toHaveLength(21);
  expect([power.isOn, off]).toEqual([true, []]);
});

test('lets a guest hang that resets itself five times before its agent answers', async () => {
  const { power, boots } = makePower();
  power.on();
  await turn();

  for (let time = 0; time < 20; time += 1) await boots.at(-1)?.('guest-reset');

  expect(boots).toHaveLength(5);
  expect(power.isOn).toBe(true);
});

test('starts a guest anew that hangs in a panic, when the platform restarts it', async () => {
  const { power, boots } = makePower();
  power.on();
  await turn();
  await boots[0]?.('guest-panic');
  const hung = [power.isOn, boots.length];

  power.restart();
  await turn();

  expect(hung).toEqual([true, 1]);
  expect([power.isOn, boots.length]).toEqual([true, 2]);
});

test.each(['guest-shutdown', 'died (SIGKILL)'])('is off after %s', async (reason) => {
  const { power, boots, off } = makePower();
  power.on();
  await turn();

  await boots[0]?.(reason, true);

  expect([power.isOn, off]).toEqual([false, ['off']]);
});

test('keeps its processor over a restart, though another waits for it', async () => {
  const processors = new Semaphore(1);
  const one = makePower(processors);
  const other = makePower(processors);
  one.power.on();
  other.power.on();
  await turn();

  one.power.restart();
  await turn();
  const during = [one.boots.length, other.boots.length];
  one.power.off();
  await turn();

  expect(during).toEqual([2, 0]);
  expect(other.boots).toHaveLength(1);
});

test('never boots what was switched off while it waited', async () => {
  const processors = new Semaphore(1);
  const one = makePower(processors);
  const other = makePower(processors);
  one.power.on();
  other.power.on();
  await turn();

  other.power.off();
  one.power.off();
  await Promise.all([one.power.settled(), other.power.settled()]);

  expect(other.boots).toEqual([]);
});
