/** A thread for the simulated guest: its shell lets nobody else have a turn, and can only be stopped from outside. */
import { parentPort, workerData } from 'node:worker_threads';
import type { GuestImage } from '../../local/vm/guestImage.ts';
import type { CheckFile } from '../../shared/smokeTest/checkFile/checkFile.ts';
import { runInGuest } from './runInGuest.ts';

export interface GuestWork {
  file: CheckFile;
  image: GuestImage;
}

const { file, image }: GuestWork = workerData;
parentPort?.postMessage(await runInGuest(file, image));
