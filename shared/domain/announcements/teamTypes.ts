import { announce } from './announcementType.ts';

/** What goes to one team alone; it passes the subscription of no other. */
export const teamTypes = [
  announce('teamTestSent', {
    name: 'team.test',
    description: 'Somebody asked for a test message to this team. Nothing has happened to any image.',
    severity: 'info',
    summary: () => 'this is a test: nothing has happened to any image',
  }),
];
