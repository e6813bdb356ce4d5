const largestBlock = 4 * 1024 * 1024;
const version = '2021-08-06';
const patienceMs = 30_000;

/** Appends text to the append blob behind a SAS URL and makes the blob when it is not there, as the guest agent does. */
export async function appendToBlob(sasUrl: string, text: string): Promise<void> {
  const created = await send(sasUrl, { 'x-ms-blob-type': 'AppendBlob', 'if-none-match': '*' });
  if (!created.ok && created.status !== 409) throw await failure(created);
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += largestBlock) {
    const url = new URL(sasUrl);
    url.searchParams.set('comp', 'appendblock');
    const appended = await send(url.href, {}, bytes.subarray(start, start + largestBlock));
    if (!appended.ok) throw await failure(appended);
  }
}

function send(
  url: string,
  headers: Record<string, string>,
  body: Uint8Array<ArrayBuffer> = new Uint8Array(),
): Promise<Response> {
  return fetch(url, {
    method: 'PUT',
    headers: { 'x-ms-version': version, ...headers },
    body,
    signal: AbortSignal.timeout(patienceMs),
  });
}

async function failure(response: Response): Promise<Error> {
  const code = response.headers.get('x-ms-error-code') ?? (await response.text()).slice(0, 200);
  return new Error(`storage answered ${response.status} ${code}`);
}
