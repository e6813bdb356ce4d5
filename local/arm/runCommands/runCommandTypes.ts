import { z } from 'zod';
import type { ResourceType } from '../resources.ts';

const parameter = z.looseObject({ name: z.string().optional(), value: z.coerce.string() });

const runCommandProperties = z.looseObject({
  source: z
    .looseObject({
      script: z.string().optional(),
      scriptUri: z.string().optional(),
      commandId: z.string().optional(),
      galleryScriptReferenceId: z.string().optional(),
    })
    .optional(),
  parameters: z.array(parameter).optional(),
  protectedParameters: z.array(parameter).optional(),
  asyncExecution: z.boolean().optional(),
  runAsUser: z.string().optional(),
  runAsPassword: z.string().optional(),
  timeoutInSeconds: z.int().min(0).max(7_776_000).optional(),
  outputBlobUri: z.string().optional(),
  errorBlobUri: z.string().optional(),
  treatFailureAsDeploymentFailure: z.boolean().optional(),
});

export const runCommandBody = z.looseObject({
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  properties: runCommandProperties.default({}),
});

export const runCommandAction = z.looseObject({
  commandId: z.string(),
  script: z.array(z.string()).optional(),
  parameters: z.array(parameter).optional(),
});

export type RunCommandBody = z.output<typeof runCommandBody>;
export type RunCommandProperties = z.output<typeof runCommandProperties>;
export type ScriptParameter = z.output<typeof parameter>;

/** The instance view of a run command. */
export interface Execution {
  executionState: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'TimedOut';
  executionMessage: string;
  exitCode?: number;
  output: string;
  error: string;
  startTime?: string;
  endTime?: string;
}

export interface RunCommandState {
  execution: Execution;
  operation: string;
  /** Sent, never answered. */
  secretParameters: ScriptParameter[];
  acceptedAt: number;
}

export const runCommands: ResourceType<RunCommandProperties, RunCommandState> = {
  name: 'Microsoft.Compute/virtualMachines/runCommands',
};
