import { newSecret, withSecret } from '../../domain/deliveries/signedCall.ts';
import { Secret } from '../../domain/secret.ts';
import type { Ports } from '../../ports.ts';

const bytes = 32;

export function secretName(team: string): string {
  return `webhook-${team}`;
}

/** The calls of a team's webhook are never unsigned: there is a secret before the first. */
export async function ensureSecret({ secrets }: Pick<Ports, 'secrets'>, team: string): Promise<void> {
  if (!(await secrets.read(secretName(team))))
    await secrets.write(secretName(team), new Secret(newSecret(secrets.random(bytes))));
}

/** A new secret; calls are signed with the one before as well, so that the team can change over without a gap. */
export async function changeSecret({ secrets }: Pick<Ports, 'secrets'>, team: string): Promise<Secret> {
  const kept = await secrets.read(secretName(team));
  const secret = newSecret(secrets.random(bytes));
  await secrets.write(secretName(team), new Secret(withSecret(kept?.reveal(), secret)));
  return new Secret(secret);
}
