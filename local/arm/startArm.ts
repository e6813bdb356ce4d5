import { join } from 'node:path';
import { Hono } from 'hono';
import type { Clock } from '../clock.ts';
import { serveHttp } from '../serveHttp.ts';
import type { Arm } from './arm.ts';
import { armApp } from './armApp.ts';
import { authenticator } from './authentication.ts';
import { heldRoles, type RoleAssignment, roleAssignmentRoutes } from './authorization/roleAssignmentRoutes.ts';
import { deploymentRoutes } from './deployments/deploymentRoutes.ts';
import { dispatcher } from './dispatch.ts';
import { systemTopicRoutes } from './eventGrid/systemTopicRoutes.ts';
import { Events } from './events.ts';
import { faultRoutes } from './faultRoutes.ts';
import { Faults } from './faults.ts';
import { definitionRoutes } from './galleries/definitionRoutes.ts';
import { galleryRoutes } from './galleries/galleryRoutes.ts';
import { managedImageRoutes } from './galleries/managedImageRoutes.ts';
import { versionRoutes } from './galleries/versionRoutes.ts';
import { LongRunningOperations } from './longRunningOperations.ts';
import { networkInterfaceRoutes } from './network/networkInterfaces.ts';
import { networkResourceRoutes } from './network/networkResourceRoutes.ts';
import { operationRoutes } from './operationRoutes.ts';
import { type ArmOptions, defaultSettings, type PlatformBehaviour } from './options.ts';
import { resourceGraphRoutes } from './resourceGraph/resourceGraphRoutes.ts';
import { resourceGroupRoutes } from './resourceGroups/resourceGroupRoutes.ts';
import { subscriptionRoutes } from './resourceGroups/subscriptionRoutes.ts';
import { Resources } from './resources.ts';
import { ManagedRunCommands } from './runCommands/managedRunCommands.ts';
import { RunCommandActions } from './runCommands/runCommandActions.ts';
import { runCommandRoutes } from './runCommands/runCommandRoutes.ts';
import { Store } from './store.ts';
import { tagRoutes } from './tagRoutes.ts';
import { BootDiagnostics } from './virtualMachines/bootDiagnostics.ts';
import { defineDeletion } from './virtualMachines/deleteVirtualMachine.ts';
import { diskRoutes } from './virtualMachines/diskRoutes.ts';
import { createMachines } from './virtualMachines/machines.ts';
import { definePowerOperations } from './virtualMachines/powerOperations.ts';
import { defineProvisioning, resumeVirtualMachines } from './virtualMachines/provisioning.ts';
import { virtualMachineRoutes } from './virtualMachines/virtualMachineRoutes.ts';
import { defineWrites } from './writes.ts';

export interface RunningArm {
  url: string;
  stop(): Promise<void>;
}

/**
 * Starts local Azure Resource Manager over HTTPS. What an earlier process left goes on: operations end when they were
 * to end, unpublished events are published; running virtual machines boot again, and scripts in them run again.
 */
export async function startArm<Image extends PlatformBehaviour>(options: ArmOptions<Image>): Promise<RunningArm> {
  const timers = stoppable(options.clock);
  const arm = createArm(options, timers.clock);
  const bootDiagnostics = new BootDiagnostics(arm);
  const managed = new ManagedRunCommands(arm);
  const actions = new RunCommandActions(arm);
  const roleAssignments = arm.store.table<RoleAssignment>('roleAssignments');
  const routes = [
    ...roleAssignmentRoutes(arm, roleAssignments, options.owners),
    ...tagRoutes(arm),
    ...subscriptionRoutes(arm),
    ...resourceGraphRoutes(arm),
    ...resourceGroupRoutes(arm),
    ...operationRoutes(arm),
    ...galleryRoutes(arm),
    ...definitionRoutes(arm),
    ...versionRoutes(arm),
    ...managedImageRoutes(arm),
    ...virtualMachineRoutes(arm, bootDiagnostics),
    ...runCommandRoutes(arm, managed),
    ...actions.routes(),
    ...diskRoutes(arm),
    ...networkInterfaceRoutes(arm),
    ...networkResourceRoutes(arm),
    ...systemTopicRoutes(arm),
  ];
  routes.push(...deploymentRoutes(arm, dispatcher(routes)));
  defineWrites(arm);
  defineProvisioning(arm);
  defineDeletion(arm);
  definePowerOperations(arm);
  await arm.machines.refreshImages();
  const server = await serveHttp(mount(arm, options, routes, bootDiagnostics, heldRoles(roleAssignments)), options);
  arm.operations.start();
  arm.events.start();
  resumeVirtualMachines(arm);
  managed.resume();
  actions.resume();
  return {
    url: server.url,
    async stop() {
      await server.stop();
      managed.stop();
      actions.stop();
      arm.events.stop();
      timers.stop();
      arm.machines.stop();
      arm.store.close();
    },
  };
}

function createArm<Image extends PlatformBehaviour>(options: ArmOptions<Image>, clock: Clock): Arm {
  const { subscriptionId, tenantId, location, log = () => {} } = options;
  const settings = { ...defaultSettings, ...options.settings };
  const store = new Store(join(options.dataDir, 'arm.journal'));
  const faults = new Faults(store);
  const events = new Events({ subscriptionId, tenantId, topicUrl: options.eventTopicUrl, clock, log }, store, faults);
  const { retryAfterSeconds } = settings;
  const operations = new LongRunningOperations({ store, clock, events, faults, retryAfterSeconds });
  const machines = createMachines(options, clock);
  return {
    subscriptionId,
    tenantId,
    location,
    settings,
    clock,
    store,
    resources: new Resources(store),
    operations,
    events,
    faults,
    machines,
    log,
  };
}

function mount<Image extends PlatformBehaviour>(
  arm: Arm,
  options: ArmOptions<Image>,
  routes: Parameters<typeof armApp>[2],
  bootDiagnostics: BootDiagnostics,
  roles: Hono,
): Hono {
  const app = new Hono();
  app.route('/local/faults', faultRoutes(arm.faults));
  app.route('/local/bootdiagnostics', bootDiagnostics.routes());
  app.route('/local/roles', roles);
  if (options.routes) app.route('/', options.routes);
  const armRoutes = armApp(arm, authenticator({ ...options, clock: arm.clock }), routes);
  app.all('*', (c) => armRoutes.fetch(c.req.raw, c.env as object));
  return app;
}

/** A clock whose pending timers can all be given up at once. */
function stoppable(clock: Clock): { clock: Clock; stop(): void } {
  const pending = new Set<() => void>();
  return {
    clock: {
      now: () => clock.now(),
      after(delayMs, action) {
        const cancel = clock.after(delayMs, () => {
          pending.delete(cancel);
          action();
        });
        pending.add(cancel);
        return () => {
          pending.delete(cancel);
          cancel();
        };
      },
    },
    stop() {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
