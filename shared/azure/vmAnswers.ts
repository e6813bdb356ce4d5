import * as z from 'zod';

/** Whatever has another shape than documented is as good as not said: a state that is not known decides nothing. */
const text = z.string().optional().catch(undefined);
const status = z.object({ code: text, displayStatus: text, message: text, time: z.date().optional().catch(undefined) });
const statuses = z.array(status).catch([]);
export type Status = z.infer<typeof status>;

/** A virtual machine with its instance view, of what ARM answered. */
export const vmAnswer = z.object({
  provisioningState: text,
  instanceView: z
    .object({ statuses, vmAgent: z.object({ statuses }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
export type VmAnswer = z.infer<typeof vmAnswer>;

/** A managed run command with its instance view. */
export const runCommandAnswer = z.object({
  provisioningState: text,
  instanceView: z
    .object({ executionState: text, output: text, error: text, executionMessage: text })
    .optional()
    .catch(undefined),
});
export type RunCommandAnswer = z.infer<typeof runCommandAnswer>;
