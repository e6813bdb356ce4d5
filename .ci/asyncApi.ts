import { stringify } from 'yaml';
import packageJson from '../package.json' with { type: 'json' };
import { outcomes, severities } from '../shared/domain/announcements/announcement.ts';
import type { AnnouncementType } from '../shared/domain/announcements/announcementType.ts';
import { catalogue } from '../shared/domain/announcements/catalogue.ts';
import { schemaFile } from './announcementSchemas.ts';

const topic = 'image-versions';

/** The AsyncAPI document: the topic, what the service sends to it, and how it travels over AMQP. */
export function asyncApi(): string {
  const document = {
    asyncapi: '3.0.0',
    info: {
      title: 'Imprimatur announcements',
      version: packageJson.version,
      description:
        'What happens to the image versions of an Azure Compute Gallery, as CloudEvents 1.0 in the binary mode of the ' +
        'AMQP binding. A team reads its own subscription of the topic; see docs/subscribe.md.',
      license: { name: packageJson.license },
    },
    defaultContentType: 'application/json',
    servers: {
      serviceBus: {
        host: '{namespace}.servicebus.windows.net',
        protocol: 'amqps',
        protocolVersion: '1.0',
        description: 'A Service Bus namespace. Consumers sign in with Entra ID.',
        variables: { namespace: { description: 'Name of the namespace of this deployment.' } },
      },
    },
    channels: {
      imageVersions: {
        address: topic,
        description: `Consumers receive from ${topic}/Subscriptions/TEAM.`,
        messages: Object.fromEntries(
          catalogue.map(({ name }) => [keyOf(name), { $ref: `#/components/messages/${keyOf(name)}` }]),
        ),
      },
    },
    operations: {
      announce: { action: 'send', channel: { $ref: '#/channels/imageVersions' } },
    },
    components: {
      messages: Object.fromEntries(catalogue.map((type) => [keyOf(type.name), messageOf(type)])),
      messageTraits: { cloudEvent: { contentType: 'application/json', headers: cloudEventHeaders } },
    },
  };
  return `# Generated from shared/domain/announcements by "npm run docs".\n${stringify(document, { lineWidth: 120 })}`;
}

function keyOf(name: string): string {
  return name.replace(/\.(.)/, (_, letter: string) => letter.toUpperCase());
}

function messageOf(type: AnnouncementType) {
  return {
    name: type.type,
    title: type.name,
    summary: type.description,
    traits: [{ $ref: '#/components/messageTraits/cloudEvent' }],
    payload: { $ref: `./${schemaFile(type)}` },
  };
}

const text = (description: string) => ({ type: 'string', description });

/** The application properties of a message. */
const cloudEventHeaders = {
  type: 'object',
  required: ['cloudEvents:specversion', 'cloudEvents:id', 'cloudEvents:type', 'cloudEvents:source'],
  properties: {
    'cloudEvents:specversion': { type: 'string', const: '1.0' },
    'cloudEvents:id': text('The id of the audit entry; also the message id. The same fact has it for ever.'),
    'cloudEvents:type': text('As in the catalogue.'),
    'cloudEvents:source': text('/imprimatur, then the resource id of the image definition.'),
    'cloudEvents:subject': text('Resource id of the image version or image definition.'),
    'cloudEvents:time': { type: 'string', format: 'date-time' },
    'cloudEvents:traceparent': text(
      'W3C Trace Context of the audit entry: continue it, and your work joins the trace.',
    ),
    type: text('The type once more, under a name that filters can write.'),
    gallery: text('In lower case.'),
    image: text('In lower case.'),
    version: text('Empty where it is not about one version.'),
    regions: text('Short names with a comma before, between and behind, such as ,westeurope,northeurope,'),
    severity: { type: 'string', enum: severities },
    outcome: { type: 'string', enum: ['', ...outcomes] },
    os: { type: 'string', enum: ['', 'linux', 'windows'] },
    team: text('Only there on what is for one team alone: a test message.'),
  },
  patternProperties: { '^region_[a-z0-9]+$': { type: 'boolean', const: true } },
};
