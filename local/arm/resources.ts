import { randomUUID } from 'node:crypto';
import { ArmError } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Target } from './resourceId.ts';
import type { Store } from './store.ts';
import type { Table } from './table.ts';

/** A resource as it is stored: what Azure shows of it, and `state`, which it keeps to itself. */
export interface Resource<Properties = JsonObject, State = JsonObject> {
  id: string;
  name: string;
  type: string;
  location?: string;
  tags?: Record<string, string>;
  plan?: JsonObject;
  sku?: JsonObject;
  zones?: string[];
  identity?: JsonObject;
  managedBy?: string;
  properties: Properties & { provisioningState?: string };
  systemData: SystemData;
  /** The long-running operation that will next settle the provisioning state. */
  activeOperation?: string;
  /** Tells creations under one name apart. */
  incarnation: string;
  state: State;
}

export interface SystemData {
  createdBy: string;
  createdByType: string;
  createdAt: string;
  lastModifiedBy: string;
  lastModifiedByType: string;
  lastModifiedAt: string;
}

/** Names a resource type together with the shape of its properties and its hidden state. */
export interface ResourceType<Properties, State> {
  readonly name: string;
  /** Never set; it carries the types. */
  readonly shape?: [Properties, State];
}

/** All resources, by id in any case. */
export class Resources {
  readonly #table: Table<Resource<unknown, unknown>>;

  constructor(store: Store) {
    this.#table = store.table('resources', (resource) => {
      const key = resource.id.toLowerCase();
      return [collectionOf(key), `type:${resource.type}`, `group:${key.split('/')[4] ?? ''}`];
    });
  }

  find<P, S>(type: ResourceType<P, S>, id: string): Resource<P, S> | undefined {
    const resource = this.#table.get(id.toLowerCase());
    // A record has the shape its type was written with.
    return resource?.type === type.name ? (resource as Resource<P, S>) : undefined;
  }

  byId(id: string): Resource<unknown, unknown> | undefined {
    return this.#table.get(id.toLowerCase());
  }

  /** The resource a request points at, or the 404 that Azure answers. */
  get<P, S>(type: ResourceType<P, S>, target: Target): Resource<P, S> {
    const resource = this.find(type, target.id);
    if (resource) return resource;
    this.requireParent(target);
    throw resourceNotFound(target);
  }

  /** A nested resource needs its parent, a top-level one its resource group. */
  requireParent({ id, key, name, type, resourceGroup }: Target): void {
    if (!this.#table.get(key.split('/').slice(0, 5).join('/'))) {
      throw new ArmError(404, {
        code: 'ResourceGroupNotFound',
        message: `Resource group '${resourceGroup}' could not be found.`,
      });
    }
    if (type.split('/').length < 3) return;
    const parent = name ? parentOf(id) : collectionOf(id);
    if (this.#table.get(parent.toLowerCase())) return;
    throw new ArmError(404, {
      code: 'ParentResourceNotFound',
      message: `Failed to perform operation on resource(s) of type '${type.slice(type.indexOf('/') + 1)}', because the parent resource '${parent}' could not be found.`,
    });
  }

  put<P, S>(resource: Resource<P, S>): Resource<P, S> {
    this.#table.set(resource.id.toLowerCase(), resource);
    return resource;
  }

  remove(id: string): void {
    this.#table.set(id.toLowerCase(), undefined);
  }

  /** The members of a collection such as ".../galleries/g/images", by name. */
  collection<P, S>(type: ResourceType<P, S>, collection: string): Resource<P, S>[] {
    return sorted(this.#table.indexed(collection.toLowerCase())).filter(
      (resource): resource is Resource<P, S> => resource.type === type.name,
    );
  }

  hasChildren(id: string, collection: string): string | undefined {
    const [child] = this.#table.indexed(`${id}/${collection}`.toLowerCase()).values();
    return child?.id;
  }

  ofType<P, S>(type: ResourceType<P, S>): Resource<P, S>[] {
    return sorted(this.#table.indexed(`type:${type.name}`)) as Resource<P, S>[];
  }

  /** Tracked resources of one group, or of all; groups and deployments are not among them. */
  inGroup(resourceGroup?: string): Resource<unknown, unknown>[] {
    const resources = resourceGroup
      ? sorted(this.#table.indexed(`group:${resourceGroup.toLowerCase()}`))
      : this.#table.all();
    return resources.filter(({ type }) => !type.startsWith('Microsoft.Resources/'));
  }
}

function sorted<T>(records: ReadonlyMap<string, T>): T[] {
  return [...records].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, record]) => record);
}

const collectionOf = (id: string) => id.slice(0, id.lastIndexOf('/'));

/** The id two segments up. */
export const parentOf = (id: string) => id.split('/').slice(0, -2).join('/');

export function resourceNotFound({ id, resourceGroup }: Target): ArmError {
  const name = id.split('/').slice(6).join('/');
  return new ArmError(404, {
    code: 'ResourceNotFound',
    message: `The Resource '${name}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  });
}

/** What a client sees of a resource. */
export function render(resource: Resource<unknown, unknown>): JsonObject {
  const { state: _state, incarnation: _incarnation, activeOperation: _operation, ...shown } = resource;
  return shown;
}

export const newIncarnation = () => randomUUID();
