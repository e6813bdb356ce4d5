import { test } from 'vitest';
import { borders } from './borders.ts';
import { cross } from './cross.ts';

test.each(borders.map((border) => [border.name, border] as const))(
  'whatever comes in as %s is taken or refused, and never a defect',
  (_, border) => cross(border, 200),
  60_000,
);
