import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { BrokerError } from '../errors.ts';

const namespace = 'http://schemas.microsoft.com/netservices/2010/10/servicebus/connect';
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  // The prefix of a namespace is the client's own choice.
  removeNSPrefix: true,
});
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', suppressEmptyNode: true });

/** One resource on its way out: the id ends with its path, by which clients name it. */
export interface AtomEntry {
  id: string;
  title: string;
  updated: number;
  /** One element: `{ SubscriptionDescription: { … } }`. */
  content: Record<string, Record<string, unknown>>;
}

/** The content of an Atom entry that a client sent; undefined where it is something else. */
export function parseEntry(xml: string): Record<string, unknown> | undefined {
  try {
    const parsed: { entry?: { content?: Record<string, unknown> } } = parser.parse(xml, true);
    return parsed.entry?.content;
  } catch (error) {
    throw new BrokerError('com.microsoft:argument-error', `The body is no Atom entry: ${String(error)}`);
  }
}

export function renderEntry(entry: AtomEntry): string {
  return document({ entry: { '@xmlns': 'http://www.w3.org/2005/Atom', ...entryBody(entry) } });
}

export function renderFeed(id: string, entries: AtomEntry[]): string {
  return document({
    feed: { '@xmlns': 'http://www.w3.org/2005/Atom', title: { '#text': id }, id, entry: entries.map(entryBody) },
  });
}

export function renderError(code: number, detail: string): string {
  return document({ Error: { Code: code, Detail: detail } });
}

function document(root: object): string {
  return `<?xml version="1.0" encoding="utf-8"?>${builder.build(root)}`;
}

function entryBody({ id, title, updated, content }: AtomEntry) {
  const at = new Date(updated).toISOString();
  const described = Object.entries(content).map(([name, members]) => [
    name,
    { '@xmlns': namespace, '@xmlns:i': 'http://www.w3.org/2001/XMLSchema-instance', ...members },
  ]);
  return {
    id,
    title: { '@type': 'text', '#text': title },
    published: at,
    updated: at,
    content: { '@type': 'application/xml', ...Object.fromEntries(described) },
  };
}
