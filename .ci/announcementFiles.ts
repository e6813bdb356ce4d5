import { announcementPage } from './announcementPage.ts';
import { announcementSchemas } from './announcementSchemas.ts';
import { asyncApi } from './asyncApi.ts';

/** What is generated below docs/, by file name. */
export function announcementFiles(): Map<string, string> {
  return new Map([...announcementSchemas(), ['asyncapi.yaml', asyncApi()], ['announcements.md', announcementPage()]]);
}
