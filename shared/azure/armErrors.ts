import { AdapterError } from '../errors.ts';

/** Codes of a 404 that say of a resource, its parent or its group that there is none; others tell of a wrong request. */
const absent = ['ResourceNotFound', 'NotFound', 'ParentResourceNotFound', 'ResourceGroupNotFound'];

/**
 * The resource does not exist. A 404 with any other code (an unknown subscription, an unknown type, a proxy's own page)
 * says nothing about the resource.
 */
export function isAbsent(error: unknown): boolean {
  return is404(error, absent);
}

/** The same inside the smoke-test resource group: the group itself must exist, else the deployment is not complete. */
export function isAbsentInGroup(error: unknown): boolean {
  return is404(
    error,
    absent.filter((code) => code !== 'ResourceGroupNotFound'),
  );
}

function is404(error: unknown, codes: string[]): boolean {
  return hasStatus(error, 404) && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}

/**
 * The answer, or undefined where the error says that there is nothing. An answer of another shape than the SDK expects is
 * no defect of ours: it fails in the SDK with a TypeError, which becomes one of Azure.
 */
export async function unlessAbsent<T>(
  request: Promise<T>,
  isAbsence: (error: unknown) => boolean = isAbsent,
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (!(error instanceof TypeError)) throw error;
    const details = { code: 'UnexpectedAnswer', retryable: false, cause: error };
    throw new AdapterError(`the SDK cannot read the answer of Azure Resource Manager: ${error.message}`, details);
  }
}

/** Whether ARM answered with this HTTP status. */
export function hasStatus(error: unknown, status: number): error is Error {
  return error instanceof Error && error.name === 'RestError' && 'statusCode' in error && error.statusCode === status;
}
