import type { RegisteredFunction } from './loadApp.ts';

const triggers = ['httpTrigger', 'eventGridTrigger', 'serviceBusTrigger', 'timerTrigger'];

/** Throws, naming all of them, when functions use what this host cannot serve: nothing is silently ignored. */
export function checkBindings(functions: RegisteredFunction[]): void {
  const problems = functions.flatMap(({ metadata, trigger }) => {
    const found: string[] = [];
    if (!triggers.includes(trigger.type)) found.push(`trigger "${trigger.type}"`);
    if (metadata.retryOptions) found.push('a retry policy');
    for (const [name, binding] of Object.entries(metadata.bindings)) {
      const isResponse = name === '$return' && binding.type === 'http';
      if (name !== trigger.name && !isResponse) found.push(`${binding.direction} binding "${binding.type}"`);
    }
    return found.map((what) => `function "${metadata.name}": ${what}`);
  });
  if (problems.length === 0) return;
  throw new Error(`Not supported by this host (${triggers.join(', ')}, http output only): ${problems.join('; ')}`);
}
