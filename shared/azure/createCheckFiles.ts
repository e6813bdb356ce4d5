import type { ContainerClient } from '@azure/storage-blob';
import { AdapterError } from '../errors.ts';
import type { CheckFiles } from '../ports.ts';
import { callAzure } from './callAzure.ts';
import { readText } from './readText.ts';

const folder = 'checks/';
const mostFiles = 200;
const mostBytes = 1024 * 1024;

/** The check files in the container of the policy; more, or larger ones, are somebody's mistake and are not read. */
export function createCheckFiles(container: ContainerClient): CheckFiles {
  return {
    read: () =>
      callAzure(`read the check files in ${container.containerName}/${folder}`, async (abortSignal) => {
        const texts = new Map<string, string>();
        for await (const { name, properties } of container.listBlobsFlat({ prefix: folder, abortSignal })) {
          if (texts.size >= mostFiles || (properties.contentLength ?? 0) > mostBytes) throw tooMuch(name);
          texts.set(name, await readText(container.getBlobClient(name), 0, abortSignal, mostBytes));
        }
        return texts;
      }),
  };
}

function tooMuch(name: string): AdapterError {
  const limits = `at most ${mostFiles} check files of ${mostBytes} bytes are read: shorten it, or remove others`;
  return new AdapterError(`check file ${name}: ${limits}`, { code: 'CheckFilesTooLarge', retryable: false });
}
