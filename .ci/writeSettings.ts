import { writeFileSync } from 'node:fs';
import { settingsReference } from './settingsReference.ts';

writeFileSync('docs/settings.md', settingsReference());
