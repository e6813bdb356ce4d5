import rhea, { type Typed } from 'rhea';

/** The application properties that say why a message was dead-lettered. */
export function deadLetterProperties(reason?: string, description?: string): [string, Typed][] {
  const properties: [string, Typed][] = [];
  if (reason !== undefined) properties.push(['DeadLetterReason', rhea.types.wrap_string(reason)]);
  if (description !== undefined) properties.push(['DeadLetterErrorDescription', rhea.types.wrap_string(description)]);
  return properties;
}
