import type { RheaSession } from './rheaInternals.ts';

/** Any format but 0 makes rhea hand over a message as the bytes that came, so that no type is lost in relaying it. */
export const rawFormat = 1;

/**
 * Makes a rhea session behave as a server needs:
 * - links are told apart by attach, not by name: the same name may be used once in each direction, and again later;
 * - an attach is answered when the broker says so (`link.attach()`), which for a session receiver may be much later;
 * - the answer goes out before anything that is sent on the link;
 * - what a client says of a message takes effect at once, before a credit that it grants behind it;
 * - a flow may come before the first attach is answered, lacks the counts then, and may ask for an echo.
 */
export function adaptSession(session: RheaSession): void {
  const { on_attach, on_disposition, on_flow, on_transfer, outgoing } = session;
  const { process } = outgoing;
  let attached = 0;

  session.on_attach = (frame) => {
    const attach = frame.performative;
    const wireName = attach.name;
    const uniqueName = `${wireName}#${++attached}`;
    const link = attach.role ? session.create_sender(uniqueName) : session.create_receiver(uniqueName);
    link.local.attach.name = wireName;
    link.open = () => {};
    attach.name = uniqueName;
    on_attach.call(session, frame);
  };

  outgoing.process = () => {
    for (const link of Object.values(session.links)) {
      if (link.state.need_open()) session.output(link.local.attach);
    }
    process.call(outgoing);
  };

  session.on_flow = (frame) => {
    const flow = frame.performative;
    flow.next_incoming_id ??= 0;
    const ofLink = flow.handle !== undefined && flow.handle !== null;
    if (ofLink) flow.delivery_count ??= 0;
    on_flow.call(session, frame);
    session.dispatch('session_flow', { session, connection: session.connection });
    if (!flow.echo) return;
    if (ofLink) session._get_link(frame).issue_flow = true;
    else session._write_flow();
  };

  session.on_disposition = (frame) => {
    on_disposition.call(session, frame);
    session.outgoing.process();
  };

  session.on_transfer = (frame) => {
    frame.performative.message_format ||= rawFormat;
    on_transfer.call(session, frame);
  };
}
