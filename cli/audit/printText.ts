import { pipeline } from 'node:stream/promises';
import { Option } from 'commander';
import type { ApiClient } from '../api/apiClient.ts';

export type TextFormat = 'ndjson' | 'csv';

export function formatOption(): Option {
  return new Option('--format <form>', 'as text for other programs, instead of a table').choices(['ndjson', 'csv']);
}

/** Prints an answer as it comes. */
export async function printText(api: ApiClient, path: string, query: URLSearchParams): Promise<void> {
  await pipeline(api.read(`${path}?${query}`), process.stdout, { end: false });
}
