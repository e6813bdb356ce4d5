/** Prints a token for a scope; started by signInApart.ts. */
import { signIn } from './signIn.ts';

try {
  const credential = await signIn();
  console.log(JSON.stringify(await credential.getToken(process.argv[2] ?? '')));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
