import { DefaultAzureCredential } from '@azure/identity';
import { ServiceBusClient } from '@azure/service-bus';

const [namespace = 'NAME.servicebus.windows.net', team = 'web'] = process.argv.slice(2);
const client = new ServiceBusClient(namespace, new DefaultAzureCredential());

client.createReceiver('image-versions', team).subscribe({
  async processMessage({ applicationProperties, body }) {
    // The same id may come again: do the work so that twice is as good as once.
    console.log(applicationProperties?.['cloudEvents:id'], applicationProperties?.['cloudEvents:type'], body.summary);
  },
  processError: async ({ error }) => console.error(error.message),
});
