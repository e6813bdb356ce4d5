import { fc } from '../fastCheck.ts';
import type { Border } from './border.ts';

/** Takes so many inputs over the border. Rejects with the smallest one that is a defect, and how to have it again. */
export async function cross({ inputs, take }: Border, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(inputs, async (input) => {
    try {
      await take(input);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AdapterError')) throw error;
    }
  });
  await fc.assert(property, { numRuns });
}
