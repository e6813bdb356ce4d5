import type { BrokerError } from '../errors.ts';
import { dispositionFrame, type OpenDelivery, outcomes } from './rheaInternals.ts';

/** Settles a delivery, of either direction, as accepted or as rejected with the reason. */
export function answer(delivery: OpenDelivery, error?: BrokerError): void {
  if (delivery.settled) return;
  const { session, connection } = delivery.link;
  if (!delivery.remote_settled) {
    if (!error) delivery.update(true, outcomes.accepted().described());
    else {
      // rhea joins neighbouring dispositions of different states into one, so a rejection is written on its own.
      const state = outcomes.rejected({ error: amqpError(error) }).described();
      const role = delivery.link.is_receiver();
      session.output(dispositionFrame.create({ role, first: delivery.id, last: delivery.id, settled: true, state }));
    }
  }
  forget(delivery);
  connection._register();
}

/** Lets rhea drop a delivery that the other side will not mention again. */
export function forget(delivery: OpenDelivery): void {
  delivery.settled = true;
  delivery.remote_settled = true;
}

/** The error of a detach or a rejection. */
export function amqpError({ condition, message }: BrokerError): { condition: string; description: string } {
  return { condition, description: message };
}
