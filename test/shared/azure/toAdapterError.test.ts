import { inspect } from 'node:util';
import { CredentialUnavailableError } from '@azure/identity';
import { ServiceBusError } from '@azure/service-bus';
import { RestError } from '@azure/storage-blob';
import { createRestError } from '@azure-rest/core-client';
import { describe, expect, test } from 'vitest';
import { toAdapterError } from '../../../shared/azure/toAdapterError.ts';
import { AdapterError } from '../../../shared/errors.ts';

function rest(statusCode: number, code: string, headers: Record<string, string> = {}): RestError {
  const response = { headers: new Map(Object.entries(headers)), status: statusCode };
  return new RestError('refused', { statusCode, code, response: response as never });
}

describe('an error of an SDK', () => {
  test.each([
    ['a throttled request', rest(429, 'SubscriptionRequestsThrottled'), true],
    ['a server error', rest(503, 'ServerBusy'), true],
    ['a request that took too long', rest(408, 'RequestTimeout'), true],
    ['an answer that was cut', rest(200, 'PARSE_ERROR'), true],
    ['another operation in progress', rest(409, 'AnotherOperationInProgress'), true],
    ['no connection', new RestError('connect ECONNREFUSED', { code: 'ECONNREFUSED' }), true],
    ['a cut connection', Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), true],
    ['no token', new CredentialUnavailableError('ManagedIdentityCredential: Network unreachable'), true],
    ['a busy broker', new ServiceBusError('busy', 'ServiceBusy'), true],
    ['a broker that refuses connections', new ServiceBusError('connect ECONNREFUSED', 'GeneralError'), true],
    ['a missing right', rest(403, 'AuthorizationFailed'), false],
    ['a refused token', rest(401, 'InvalidAuthenticationToken'), false],
    ['a size that is not offered', rest(409, 'SkuNotAvailable'), false],
    ['an exhausted quota', rest(409, 'OperationNotAllowed'), false],
    ['a resource that is not there', rest(404, 'ResourceNotFound'), false],
    ['an entity that is not there', new ServiceBusError('no', 'MessagingEntityNotFound'), false],
    ['a message that is too large', new ServiceBusError('no', 'MessageSizeExceeded'), false],
  ])('says of %s whether it passes', (_, error, retryable) => {
    const mapped = toAdapterError('act', error);

    expect(mapped).toBeInstanceOf(AdapterError);
    expect(mapped).toMatchObject({ retryable, message: expect.stringMatching(/^act: /) });
  });

  test('keeps the code of the service', () => {
    expect(toAdapterError('act', rest(409, 'SkuNotAvailable'))).toMatchObject({ code: 'SkuNotAvailable' });
    expect(toAdapterError('act', rest(502, ''))).toMatchObject({ code: 'Http502', retryable: true });
  });

  test('counts every conflict as passing where only another write can cause one', () => {
    const mapped = toAdapterError('write', rest(409, 'OperationNotAllowed'), { conflictPasses: true });

    expect(mapped).toMatchObject({ retryable: true, code: 'OperationNotAllowed' });
  });

  test.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'x-ms-retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('reads from %o how long to wait', (headers, retryAfterMs) => {
    expect(toAdapterError('act', rest(429, 'Throttled', headers))).toMatchObject({ retryAfterMs });
  });

  test('is judged by the last of several attempts', () => {
    const attempts = [new ServiceBusError('no', 'UnauthorizedAccess'), new ServiceBusError('busy', 'ServiceBusy')];

    expect(toAdapterError('send', new AggregateError(attempts))).toMatchObject({ code: 'ServiceBusy' });
  });

  test('loses signatures and tokens on the way', () => {
    const url = 'https://account.blob.core.windows.net/c/b?sv=1&sig=hush';
    const request = { url, headers: new Map([['authorization', 'Bearer hush']]) } as never;
    const error = new RestError(`no answer from ${url}`, { statusCode: 500, request });

    const mapped = toAdapterError('read', error);

    expect(inspect(mapped, { depth: null, showHidden: true })).not.toContain('hush');
    expect(mapped).toMatchObject({
      message: 'read: Http500: no answer from https://account.blob.core.windows.net/c/b',
    });
  });

  test.each([
    ['a defect', new TypeError('x is not a function')],
    ['something else that was thrown', 'text'],
    ['what is mapped already', new AdapterError('done', { code: 'Done', retryable: true })],
  ])('leaves %s as it is', (_, error) => {
    expect(toAdapterError('act', error)).toBe(error);
  });

  test('of the generic client is read like those of the others', () => {
    const body = { error: { code: 'NicInUse', message: 'in use' } };
    const response = { status: '400', headers: {}, body, request: {} } as never;

    expect(toAdapterError('delete', createRestError(response))).toMatchObject({ code: 'NicInUse', retryable: false });
  });
});
