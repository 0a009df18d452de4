/** Names of permissions, exactly as the API's methods ask for them. */
export type Permission =
  | 'store.read' | 'store.write' | 'rules.read' | 'rules.publish' | 'template.write' | 'staff.read' | 'staff.write' | 'apikey.read' | 'apikey.write' | 'webhook.read' | 'webhook.write' | 'sandbox.use' | 'caller.screen' | 'message.read'
  | 'customer.read' | 'customer.reveal' | 'customer.unmask' | 'customer.write' | 'customer.review' | 'booking.read' | 'booking.write' | 'booking.correct' | 'booking.check' | 'bill.read' | 'bill.link' | 'bill.import'
  | 'customer.request' | 'customer.carry_out' | 'customer.merge' | 'customer.legal' | 'customer.spot_check'
  | 'handover.read' | 'handover.write'
  | 'day.read' | 'day.declare' | 'store.live' | 'brake.decide'
  | 'pool.read' | 'pool.claim' | 'pool.assign' | 'appeal.read' | 'appeal.decide'
  | 'conflict.read' | 'conflict.decide'
  | 'role.read' | 'audit.read' | 'audit.export' | 'run.read' | 'run.retry' | 'correction.read' | 'correction.decide' | 'rules.try' | 'decision.read' | 'today.read' | 'board.read' | 'score.read'
  | 'account.apply' | 'account.open' | 'delegation.read' | 'delegation.write' | 'chain.export' | 'support.consent' | 'session.end' | 'login.write' | 'customer.import'

/** A right, or one of several, the first being what is told to those who have none. */
export type Needs = Permission | Permission[]
