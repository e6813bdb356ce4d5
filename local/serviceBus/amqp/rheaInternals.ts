import rhea, { type Connection, type Delivery, type Receiver, type Sender, type Session, type Typed } from 'rhea';

/** What a broker needs of rhea beyond its public typings: the frames that clients send, and a hand on the answers. */
export interface RheaSession extends Session {
  connection: RheaConnection;
  links: Record<string, RheaLink>;
  outgoing: { next_pending_delivery: number; available(): number; process(): void };
  create_sender(name: string): RheaLink;
  create_receiver(name: string): RheaLink;
  on_attach(frame: { performative: AttachFrame }): void;
  on_disposition(frame: object): void;
  on_flow(frame: { performative: FlowFrame }): void;
  on_transfer(frame: { performative: { message_format: number | null | undefined } }): void;
  output(performative: unknown): void;
  dispatch(event: string, context: { session: RheaSession; connection: RheaConnection }): void;
  _write_flow(): void;
  _get_link(frame: { performative: FlowFrame }): RheaLink;
}

export interface RheaConnection extends Connection {
  _register(): void;
}

export interface RheaLink extends Omit<Sender & Receiver, 'session' | 'connection' | 'source' | 'target'> {
  session: RheaSession;
  connection: RheaConnection;
  credit: number;
  /** What is still to be written: whether the attach is, and marks it as written. */
  state: { need_open(): boolean };
  issue_flow: boolean;
  local: { attach: AttachFrame };
  remote: { attach: AttachFrame };
}

export interface AttachFrame {
  name: string;
  role: boolean;
  snd_settle_mode: number;
  rcv_settle_mode: number;
  source: Terminus | Typed | null;
  target: Terminus | Typed | null;
  max_message_size: number;
  properties: Record<string, unknown>;
}

interface FlowFrame {
  handle?: number | null;
  delivery_count?: number | null;
  next_incoming_id?: number | null;
  echo?: boolean;
}

/** A source or a target: the fields in their order, with shortcuts to those that the broker reads. */
export interface Terminus {
  value: (Typed | null | undefined)[];
  address: string | null | undefined;
  dynamic: boolean | undefined;
  described(): Typed;
}

/** rhea's own view of a delivery is read-only; the one who settles it must be able to say so. */
export interface OpenDelivery extends Omit<Delivery, 'settled' | 'remote_settled' | 'link'> {
  settled: boolean;
  remote_settled: boolean;
  link: RheaLink;
}

/** The outcomes of rhea, as they stand in `remote_state`. */
export interface RemoteOutcome {
  error?: { condition?: string; info?: unknown; value?: unknown[] };
  undeliverable_here?: boolean;
  message_annotations?: unknown;
  value: (Typed | null | undefined)[];
}

interface Outcomes {
  accepted(): { described(): Typed };
  rejected(fields: { error: { condition: string; description: string } }): { described(): Typed };
}

export const outcomes = rhea.message as unknown as Outcomes;

export const dispositionFrame = rhea.types.define_composite({
  name: 'disposition',
  code: 0x15,
  fields: [
    { name: 'role', type: 'boolean', mandatory: true },
    { name: 'first', type: 'uint', mandatory: true },
    { name: 'last', type: 'uint' },
    { name: 'settled', type: 'boolean' },
    { name: 'state', type: '*' },
  ],
}) as unknown as { create(fields: object): unknown };
