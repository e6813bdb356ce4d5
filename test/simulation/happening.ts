import type { ImageDefinitionId } from '../../shared/domain/ids.ts';
import type { InstanceRequest } from '../../shared/domain/instanceState.ts';
import type { RequestFact } from '../../shared/domain/requests.ts';
import type { FakeVersionOptions } from '../fakes/fakeGalleries.ts';

/** What producers, operators and hands do to the world. */
export type Happening = { atMs: number } & (
  | {
      kind: 'create';
      definition: ImageDefinitionId;
      version: string;
      options: FakeVersionOptions;
    }
  | { kind: 'delete'; definition: ImageDefinitionId; version: string }
  | {
      kind: 'addRegion' | 'endOfLife';
      definition: ImageDefinitionId;
      version: string;
    }
  | {
      kind: 'show' | 'hide';
      definition: ImageDefinitionId;
      version: string;
      /** Everywhere without it. */
      region?: string;
    }
  | {
      kind: 'replicaArrives';
      definition: ImageDefinitionId;
      version: string;
      region: string;
    }
  | { kind: 'deleteVm'; nth: number }
  | { kind: 'policy'; text: string | undefined }
  | {
      kind: 'request';
      definition: ImageDefinitionId;
      fact: RequestFact;
      actor: string;
    }
  | { kind: 'instance'; asked: InstanceRequest }
  | { kind: 'clock'; worker: number; skewMs: number }
  | { kind: 'outage'; forMs: number }
);

/** Some version of the scenario, and some instant in it. */
export type Draw = () => {
  definition: ImageDefinitionId;
  version: string;
  atMs: number;
};
