/**
 * Whether Azure, by its own word, was still at work on what Resource Manager answers with: a resource being made, changed,
 * deleted or replicated, a run command that has not ended, a guest whose agent does not report.
 */
export const isUnderWay = (body: string): boolean => underWay.test(body);

const underWay =
  /"(provisioningState|executionState|aggregatedState|state)" *: *"(Creating|Updating|Deleting|Pending|Running|InProgress|Replicating|Unknown)"|"Not Ready"/;
