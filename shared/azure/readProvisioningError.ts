import * as z from 'zod';
import type { ResourceManager } from './createResourceManager.ts';
import type { Status } from './vmAnswers.ts';

export interface ProvisioningError {
  code: string;
  message: string;
}

interface ArmError {
  code?: string | null | undefined;
  message?: string | null | undefined;
  details?: ArmError[] | null | undefined;
}

const armError: z.ZodType<ArmError> = z.lazy(() =>
  z.object({ code: z.string().nullish(), message: z.string().nullish(), details: z.array(armError).nullish() }),
);
const operation = z.object({ error: armError.nullish() });

/**
 * Why provisioning failed: from the operation where its URL is known, since that names the innermost cause, else from
 * the instance view. Undefined when neither says.
 */
export async function readProvisioningError(
  { rest, endpoint }: Pick<ResourceManager, 'rest' | 'endpoint'>,
  statuses: Status[],
  operationUrl: string | undefined,
  abortSignal: AbortSignal,
): Promise<ProvisioningError | undefined> {
  const fromStatus = errorOfStatuses(statuses);
  // The URL comes out of a log: the app's token goes to Azure Resource Manager only.
  if (operationUrl === undefined || !URL.canParse(operationUrl)) return fromStatus;
  if (new URL(operationUrl).origin !== new URL(endpoint).origin) return fromStatus;
  const { status, body } = await rest.pathUnchecked(operationUrl).get({ abortSignal });
  const error = status === '200' ? operation.safeParse(body).data?.error : undefined;
  return (error && innermost(error)) ?? fromStatus;
}

/** `ProvisioningState/failed/CODE`, the VM's own before any other. */
export function errorOfStatuses(statuses: Status[]): ProvisioningError | undefined {
  for (const { code = '', message, displayStatus } of statuses) {
    const [, failure] = /^ProvisioningState\/failed(?:\/(.+))?$/i.exec(code) ?? [];
    if (failure !== undefined) return { code: failure, message: message ?? displayStatus ?? '' };
  }
  return undefined;
}

/** Wrappers such as ResourceDeploymentFailure hide the code that says whose fault it was. */
function innermost(error: ArmError): ProvisioningError | undefined {
  for (const detail of error.details ?? []) {
    const inner = innermost(detail);
    if (inner) return inner;
  }
  return error.code ? { code: error.code, message: error.message ?? '' } : undefined;
}
