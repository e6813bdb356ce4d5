import { ServiceBusAdministrationClient } from '@azure/service-bus';
import { type Config, containers, entities } from '../config.ts';
import type { Ports } from '../ports.ts';
import { createAnnouncements } from './createAnnouncements.ts';
import { createAuditIndexQueue } from './createAuditIndexQueue.ts';
import { createAuditLogs } from './createAuditLogs.ts';
import { createBlobService } from './createBlobService.ts';
import { createCheckFiles } from './createCheckFiles.ts';
import { createCredential } from './createCredential.ts';
import { createDayIndex } from './createDayIndex.ts';
import { createDeliveries } from './createDeliveries.ts';
import { createDocuments } from './createDocuments.ts';
import { createEvidence } from './createEvidence.ts';
import { createGalleries } from './createGalleries.ts';
import { createImageUses } from './createImageUses.ts';
import { createPolicyFile } from './createPolicyFile.ts';
import { createReceiverRole } from './createReceiverRole.ts';
import { createResourceManager } from './createResourceManager.ts';
import { createSecrets } from './createSecrets.ts';
import { createServiceBusClient } from './createServiceBusClient.ts';
import { createSmokeTestVms } from './createSmokeTestVms.ts';
import { createStorageQueues } from './createStorageQueues.ts';
import { createTeamMessages } from './createTeamMessages.ts';
import { createTeamSubscriptions } from './createTeamSubscriptions.ts';
import { createWakeUps } from './createWakeUps.ts';
import { createWebhooks } from './createWebhooks.ts';

/** Everything the workflow needs of Azure. */
export interface AzurePorts extends Omit<Ports, 'clock' | 'ids' | 'log' | 'tracing' | 'metrics'> {
  /** Ends the connection to Service Bus; the rest is plain HTTP. */
  close(): Promise<void>;
}

/** Connects the ports to Azure. Nothing is sent before the first call. */
export function createAzurePorts(config: Config): AzurePorts {
  const blobs = createBlobService(config.storage);
  const serviceBus = createServiceBusClient(config.serviceBus);
  const resourceManager = createResourceManager(config.resourceManager);
  const { container, name } = config.policyBlob;
  return {
    galleries: createGalleries(resourceManager),
    imageUses: createImageUses(resourceManager),
    smokeTestVms: createSmokeTestVms(resourceManager, config),
    auditLogs: createAuditLogs(blobs.getContainerClient(containers.auditLogs)),
    dayIndex: createDayIndex(blobs.getContainerClient(containers.state)),
    documents: createDocuments(blobs.getContainerClient(containers.state)),
    evidence: createEvidence(blobs, containers.evidence),
    policyFile: createPolicyFile(blobs.getContainerClient(container).getBlobClient(name)),
    checkFiles: createCheckFiles(blobs.getContainerClient(container)),
    wakeUps: createWakeUps(serviceBus.createSender(entities.publications)),
    announcements: createAnnouncements(serviceBus.createSender(entities.imageVersions)),
    auditIndex: createAuditIndexQueue(serviceBus.createSender(entities.auditIndex)),
    teamSubscriptions: connectTeamSubscriptions(config),
    teamMessages: createTeamMessages(serviceBus),
    deliveries: createDeliveries(serviceBus.createSender(entities.deliveries)),
    webhooks: createWebhooks(config.webhooks),
    storageQueues: createStorageQueues(config.storageQueues),
    secrets: createSecrets(config.keyVault),
    close: () => serviceBus.close(),
  };
}

/** Another identity than the service's: it may manage the topic and assign one role, and nothing else. */
function connectTeamSubscriptions({ teamAdministration, resourceManager }: Config): AzurePorts['teamSubscriptions'] {
  const { fullyQualifiedNamespace, identity, namespaceId } = teamAdministration;
  const client = new ServiceBusAdministrationClient(fullyQualifiedNamespace, createCredential(identity));
  const rest = createResourceManager({ ...resourceManager, identity });
  return createTeamSubscriptions(client, createReceiverRole(rest, namespaceId));
}
