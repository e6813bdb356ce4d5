/** One port per endpoint; 0 picks a free one. */
export interface StackPorts {
  arm: number;
  eventGrid: number;
  identity: number;
  serviceBus: number;
  serviceBusTls: number;
  serviceBusAdministration: number;
  blob: number;
  queue: number;
  keyVault: number;
  functions: number;
}

/** Those of `npm start`, so that local.settings.sample.json can name them. */
export const defaultPorts: StackPorts = {
  arm: 7443,
  eventGrid: 7444,
  identity: 7446,
  serviceBus: 7672,
  serviceBusTls: 7671,
  serviceBusAdministration: 7673,
  blob: 7445,
  queue: 7447,
  keyVault: 7448,
  functions: 7071,
};

export const anyPorts: StackPorts = {
  arm: 0,
  eventGrid: 0,
  identity: 0,
  serviceBus: 0,
  serviceBusTls: 0,
  serviceBusAdministration: 0,
  blob: 0,
  queue: 0,
  keyVault: 0,
  functions: 0,
};
