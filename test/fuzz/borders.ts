import { azureBorders } from './azureBorders.ts';
import type { Border } from './border.ts';
import { guestBorders } from './guestBorders.ts';
import { httpBorder } from './httpBorder.ts';
import { messageBorders } from './messageBorders.ts';
import { storedBorders } from './storedBorders.ts';

/** Every border of the service at which something comes in that others made. */
export const borders: Border[] = [httpBorder, ...messageBorders, ...storedBorders, ...azureBorders, ...guestBorders];
