import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type CertificateFiles, ensureCertificates } from '../../../local/certificates.ts';

/** Certificates for local servers, and this process made to trust their authority as NODE_EXTRA_CA_CERTS would. */
export async function trustLocalAuthority(folder: string): Promise<CertificateFiles> {
  const files = await ensureCertificates(join(folder, 'certificates'));
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(files.caFile, 'utf8')]);
  return files;
}
