import { setTimeout as wait } from 'node:timers/promises';

const mostTries = 10;
const againAfterMs = 500;

/**
 * One request to the service's HTTP API, which is made again, a few times, where the service cannot answer now: on clocks
 * that run ten times as fast what it waits for has a tenth of its time.
 */
export async function askService(url: string, request: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(url, request);
    if (response.status !== 503 || tries === mostTries) return response;
    await response.body?.cancel();
    await wait(againAfterMs);
  }
}
