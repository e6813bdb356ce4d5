/** Errors as Azure Resource Manager writes them. */
export interface ErrorBody {
  code: string;
  message: string;
  target?: string;
  details?: ErrorBody[];
}

/** A refusal of a request: status, headers and the CloudError body. */
export class ArmError extends Error {
  override readonly name = 'ArmError';
  readonly status: number;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: number, body: ErrorBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export const badRequest = (message: string) => new ArmError(400, { code: 'BadRequest', message });

/** A parameter that the resource provider refuses; `target` is its path in the body. */
export const invalidParameter = (target: string, message: string) =>
  new ArmError(400, { code: 'InvalidParameter', message, target });

export const requiredParameter = (target: string) =>
  invalidParameter(target, `Required parameter '${target}' is missing (null).`);

export const propertyChangeNotAllowed = (target: string) =>
  new ArmError(409, {
    code: 'PropertyChangeNotAllowed',
    message: `Changing property '${target}' is not allowed.`,
    target,
  });

export const operationNotAllowed = (message: string) => new ArmError(409, { code: 'OperationNotAllowed', message });

/** A write that met another one still running on the same resource. */
export const conflict = (message?: string) =>
  new ArmError(409, {
    code: 'Conflict',
    message:
      message ??
      'The request failed due to conflict with a concurrent request. To resolve it, please refer to https://aka.ms/activitylog to get more details on the conflicting requests.',
  });

export const invalidRequestContent = (message: string) =>
  new ArmError(400, {
    code: 'InvalidRequestContent',
    message: `The request content was invalid and could not be deserialized: '${message}'.`,
  });
