import type { TokenCredential } from '@azure/identity';

/** As `az`, `azd`, an environment or a managed identity. Loaded when needed: it is half of what the command would load. */
export async function signIn(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
