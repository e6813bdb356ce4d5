import type { TokenCredential } from '@azure/identity';
import type { Command } from 'commander';
import { UsageError } from '../exitCodes.ts';
import { ApiClient } from './apiClient.ts';
import { findLocalAzure, localAudience, localSignIn } from './localAzure.ts';
import { signIn } from './signIn.ts';

export interface ConnectionOptions {
  api?: string;
  audience?: string;
  as: string;
  json?: boolean;
}

export interface Connection {
  api: ApiClient;
  credential: TokenCredential;
  /** Host name of the Service Bus namespace, where it is known. */
  serviceBus: string | undefined;
}

/** Adds to a command what every command that talks to the service takes. */
export function withConnection(command: Command): Command {
  return command
    .option('--api <url>', 'where the service is, as https://NAME.azurewebsites.net; else IMPRIMATUR_API')
    .option('--audience <id>', 'application id of the service in Entra ID; else IMPRIMATUR_AUDIENCE')
    .option('--as <name>', 'with local Azure: the principal to sign in as', 'operator')
    .option('--json', 'print the answer as JSON');
}

/** The service that is named, with the sign-in of this machine; else that of a running `npm start`. */
export async function connect(options: ConnectionOptions, signInBy = signIn): Promise<Connection> {
  const address = options.api ?? process.env.IMPRIMATUR_API;
  if (address !== undefined) {
    const audience = options.audience ?? process.env.IMPRIMATUR_AUDIENCE;
    if (audience === undefined)
      throw new UsageError('say for which application to sign in: --audience ID or IMPRIMATUR_AUDIENCE');
    const credential = await signInBy();
    const api = new ApiClient(address, credential, audience);
    return { api, credential, serviceBus: process.env.IMPRIMATUR_SERVICE_BUS };
  }
  const local = await findLocalAzure();
  if (!local)
    throw new UsageError('say where the service is: --api URL or IMPRIMATUR_API; or run local Azure here: npm start');
  const credential = localSignIn(local, options.as);
  return {
    api: new ApiClient(local.functions, credential, localAudience),
    credential,
    serviceBus: local.serviceBusTls,
  };
}
