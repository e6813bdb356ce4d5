/**
 * List prices in US dollars, East US, pay as you go: meters of the Azure Retail Prices API (docs/cost.md shows how to ask
 * it) as public price lists quoted them, read on 2026-11-28. They weigh the parts against each other; yours differ.
 */
const prices = {
  /** Virtual Machines, Standard_D2s_v5, Linux. */
  vmSecond: 0.096 / 3_600,
  /** Service Bus, Standard Messaging Operations, beyond the 13 million that are included. */
  messageOperation: 0.8 / 1_000_000,
  /** Storage, General Block Blob v2, Hot LRS; deletions are free. */
  blobWrite: 0.05 / 10_000,
  /** List and Create Container Operations. */
  blobList: 0.05 / 10_000,
  blobRead: 0.004 / 10_000,
  /** Functions, Flex Consumption, on demand. */
  gigabyteSecond: 0.000026,
  execution: 0.4 / 1_000_000,
};

/** infra/ deploys instances of 2 GB; an execution is billed for a second at least. */
const gigabytes = 2;
/** Send, receive, complete. */
const operationsPerMessage = 3;

export interface Used {
  vmSeconds: number;
  messages: number;
  blobWrites: number;
  blobLists: number;
  blobReads: number;
  executions: number;
}

/** US dollars for a thousand publications; without OS disk, fixed parts of a month, and what the gallery costs anyway. */
export function costOfThousand({ vmSeconds, messages, blobWrites, blobLists, blobReads, executions }: Used): number {
  const one =
    vmSeconds * prices.vmSecond +
    messages * operationsPerMessage * prices.messageOperation +
    blobWrites * prices.blobWrite +
    blobLists * prices.blobList +
    blobReads * prices.blobRead +
    executions * (prices.execution + gigabytes * prices.gigabyteSecond);
  return 1_000 * one;
}
