import { createServer } from 'node:net';
import getPort, { portNumbers } from 'get-port';
import type { StackPorts } from './ports.ts';

const host = '127.0.0.1';
/**
 * No system hands out ports from this range by itself (Linux does from 32768 on): none that is chosen here goes to a
 * connection, or to a server that takes any port, before its part listens or while its part is down.
 */
const firstPort = 12_000;
const blocks = 1_000;
const portsOfBlock = 20;

/** Zeros become free ports, so that every part can be told where the others are before any of them is up. */
export async function choosePorts(wanted: StackPorts): Promise<StackPorts> {
  const chosen = { ...wanted };
  const taken: number[] = [];
  const guard = Object.values(wanted).includes(0) ? await claimBlock() : 0;
  for (const part of Object.keys(wanted) as (keyof StackPorts)[]) {
    const port = wanted[part] || portNumbers(guard + 1, guard + portsOfBlock - 1);
    chosen[part] = await getPort({ host, exclude: taken, port });
    if (wanted[part] > 0 && chosen[part] !== wanted[part]) {
      throw new Error(
        `port ${wanted[part]} is taken: choose another with --port ${part}=NUMBER, or end what listens there`,
      );
    }
    taken.push(chosen[part]);
  }
  return chosen;
}

/** The first port of a block, on which this process listens until it ends: no other chooses from the block meanwhile. */
async function claimBlock(): Promise<number> {
  for (let tried = 0; tried < blocks; tried++) {
    const port = firstPort + ((process.pid + tried) % blocks) * portsOfBlock;
    const guard = createServer().unref();
    const isMine = await new Promise<boolean>((resolve) => {
      guard.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
    });
    if (isMine) return port;
  }
  throw new Error(`every port from ${firstPort} on is taken`);
}
