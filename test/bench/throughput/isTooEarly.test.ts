import { expect, it } from 'vitest';
import { isTooEarly } from '../../../bench/throughput/isTooEarly.ts';
import { isUnderWay } from '../../../bench/throughput/isUnderWay.ts';
import type { AzureRequest } from '../../../bench/throughput/operations.ts';

const recorded = (method: string, status: number, underWay = false): AzureRequest => ({
  ...{ kind: 'request', method, url: 'u', headers: {}, body: '', begun: 1, ended: 2, status, isUnderWay: underWay },
});
const answer = (status: number, underWay = false) => ({ status, isUnderWay: underWay });

it('is too early where Azure refuses, or has not found, what it granted in the record', () => {
  expect(isTooEarly(recorded('PUT', 201), answer(409))).toBe(true);
  expect(isTooEarly(recorded('PUT', 201), answer(404))).toBe(true);
  expect(isTooEarly(recorded('GET', 404), answer(409))).toBe(false);
  expect(isTooEarly(recorded('PUT', 201), answer(500))).toBe(false);
});

it('is too early where Azure is at work on what was read as done, so that nothing is begun on top of it', () => {
  expect(isTooEarly(recorded('GET', 200), answer(200, true))).toBe(true);
  expect(isTooEarly(recorded('GET', 200), answer(200))).toBe(false);
  expect(isTooEarly(recorded('GET', 200, true), answer(200, true))).toBe(false);
});

it('is not too early where what was under way has ended since, or is gone', () => {
  expect(isTooEarly(recorded('GET', 200, true), answer(200))).toBe(false);
  expect(isTooEarly(recorded('GET', 200, true), answer(404))).toBe(false);
});

it('is too early for a write whose answer was lost, as it may have been done', () => {
  expect(isTooEarly(recorded('PUT', 0), answer(404))).toBe(true);
  expect(isTooEarly(recorded('GET', 0), answer(404))).toBe(false);
});

it('never repeats a write that Azure took', () => {
  expect(isTooEarly(recorded('PUT', 200), answer(200, true))).toBe(false);
});

it('knows what is under way by the words of Resource Manager', () => {
  expect(isUnderWay('{"properties":{"provisioningState":"Creating"}}')).toBe(true);
  expect(isUnderWay('{"instanceView":{"executionState": "Running"}}')).toBe(true);
  expect(isUnderWay('{"replicationStatus":{"summary":[{"region":"West Europe","state":"Replicating"}]}}')).toBe(true);
  expect(isUnderWay('{"vmAgent":{"statuses":[{"displayStatus":"Not Ready"}]}}')).toBe(true);
  expect(
    isUnderWay(
      '{"provisioningState":"Succeeded","statuses":[{"code":"PowerState/running","displayStatus":"VM running"}]}',
    ),
  ).toBe(false);
});
