/** `npm run image -- IMAGE VERSION GUEST`: writes an image version into the local gallery, as an image pipeline would. */
import { Command } from 'commander';
import { publishVersion } from './stack/publishVersion.ts';
import { readEndpoints } from './stack/readEndpoints.ts';
import { trustCertificates } from './stack/trustCertificates.ts';

const command = new Command('image')
  .description('Writes an image version into the local gallery.')
  .argument('<image>', 'image definition: ubuntu-2404 or debian-12')
  .argument('<version>', 'major.minor.patch')
  .argument('<guest>', 'what boots from it: the name of a file in local/images/')
  .parse();
const [image = '', version = '', guest = ''] = command.args;
try {
  const endpoints = await readEndpoints();
  trustCertificates(endpoints.caFile);
  await publishVersion(endpoints, image, version, guest);
  console.log(`Azure has accepted ${image} ${version}; the terminal of "npm start" tells what becomes of it.`);
} catch (error) {
  console.error(`${image} ${version}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
