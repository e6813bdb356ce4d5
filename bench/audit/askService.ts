import { readerRole } from '../../shared/api/access.ts';
import { type ApiPorts, createApi } from '../../shared/api/createApi.ts';
import { findRecords } from '../../shared/api/findRecords.ts';
import { findLatestAt, findLives } from '../../shared/api/pastQueries.ts';
import { addMs } from '../../shared/domain/instant.ts';
import { fileStore } from './fileStore.ts';
import type { AuditQuestions } from './questions.ts';

/** The queries of the HTTP API, over logs and day index in a folder. */
export function askService(folder: string) {
  const ports = fileStore(folder);
  /** A second passes with each look at the clock, so that the rate limit is none; everybody is signed in. */
  let now = '2026-10-01T00:00:00.000Z';
  const clock = {
    now: () => {
      now = addMs(now, 1_000);
      return now;
    },
  };
  const signedIn = { objectId: 'bench', roles: [readerRole], groups: [] };
  const config = { instance: 'bench', galleries: [] };
  const api = createApi({ ...ports, clock } as unknown as ApiPorts, config, async () => signedIn);
  const questions: AuditQuestions = {
    async stagesOfLife(definition, version) {
      const lives = await findLives(ports, definition, version);
      return lives.flatMap(({ stages }) => stages).length;
    },
    async latestAt(definition, instant) {
      const found = await findLatestAt(ports, instant, definition);
      return found.flatMap(({ latest }) => latest).length;
    },
    async imageOnDay({ image }, day) {
      const { records } = await findRecords(ports, { from: day, to: day, image }, { day, skip: 0 }, 10_000);
      return records.length;
    },
    async fleetOnDay(day) {
      let lines = 0;
      const response = await api.request(`/api/days/${day}?format=ndjson`);
      for await (const bytes of response.body ?? []) lines += countLines(bytes);
      return lines;
    },
  };
  return { api, questions };
}

const newLine = 10;

/** A search, not a look at each of nine million bytes from JavaScript: the time is meant to be that of the answer. */
function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(newLine); at >= 0; at = bytes.indexOf(newLine, at + 1)) lines += 1;
  return lines;
}
