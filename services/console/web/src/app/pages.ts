import type { IconName } from '../ui/Icon.tsx'
import type { Needs } from './rights.ts'

/** A page of the menu: where it is, and the right that shows it, or one of several; without one it is everybody's. */
export interface MenuPage {
  key: 'pool' | 'appeals' | 'offers' | 'days' | 'corrections' | 'monthPreview' | 'trials' | 'handovers' | 'changes' | 'deletions' | 'legal' | 'inbox' | 'spotChecks' | 'today' | 'customers' | 'newFile' | 'reviews' | 'conflicts' | 'bookings' | 'bills' | 'messages' | 'board' | 'runs' | 'rules' | 'template' | 'staff' | 'roles' | 'stores' | 'keys' | 'webhooks' | 'access' | 'delegations' | 'audit' | 'accounts' | 'apply' | 'company' | 'imports' | 'tillImports' | 'score' | 'scores'
  path: string
  icon: IconName
  needs?: Needs
  /** Only where the right reaches less than the whole chain, or more than own things. */
  reach?: 'inStores' | 'beyondOwn'
  /** Always shows one store, with what lies below it. */
  ofOneStore?: true
  group: 'daily' | 'office' | 'setup'
}

/** The menu, in order. A right that is missing hides its page. */
export const menu: MenuPage[] = [
  { key: 'today', path: '/', icon: 'today', needs: 'today.read', group: 'daily' },
  { key: 'customers', path: '/customers', icon: 'people', needs: 'customer.read', group: 'daily' },
  { key: 'newFile', path: '/customers/new', icon: 'file', needs: 'customer.write', group: 'daily' },
  { key: 'reviews', path: '/reviews', icon: 'review', needs: 'customer.review', group: 'daily' },
  { key: 'conflicts', path: '/conflicts', icon: 'swap', needs: 'conflict.read', group: 'daily' },
  { key: 'pool', path: '/pool', icon: 'leaf', needs: 'pool.read', ofOneStore: true, group: 'daily' },
  { key: 'offers', path: '/offers', icon: 'flag', needs: 'customer.write', group: 'daily' },
  { key: 'appeals', path: '/appeals', icon: 'review', needs: 'appeal.read', group: 'daily' },
  { key: 'handovers', path: '/handovers', icon: 'swap', needs: 'handover.read', group: 'daily' },
  { key: 'monthPreview', path: '/month', icon: 'clock', needs: 'decision.read', ofOneStore: true, group: 'daily' },
  { key: 'corrections', path: '/corrections', icon: 'edit', needs: 'correction.read', group: 'daily' },
  { key: 'bookings', path: '/bookings', icon: 'booking', needs: 'booking.read', ofOneStore: true, group: 'daily' },
  { key: 'bills', path: '/bills', icon: 'audit', needs: 'bill.read', ofOneStore: true, group: 'daily' },
  { key: 'tillImports', path: '/till-imports', icon: 'upload', needs: 'bill.import', group: 'daily' },
  { key: 'days', path: '/days', icon: 'clock', needs: 'day.read', ofOneStore: true, group: 'daily' },
  { key: 'inbox', path: '/inbox', icon: 'bell', group: 'daily' },
  { key: 'messages', path: '/messages', icon: 'message', needs: 'message.read', group: 'daily' },
  { key: 'score', path: '/my-score', icon: 'flag', needs: 'score.read', reach: 'inStores', group: 'daily' },
  { key: 'scores', path: '/scores', icon: 'columns', needs: 'score.read', reach: 'beyondOwn', group: 'daily' },
  { key: 'apply', path: '/apply', icon: 'staff', needs: 'account.apply', group: 'daily' },
  { key: 'board', path: '/board', icon: 'board', needs: 'board.read', group: 'office' },
  { key: 'runs', path: '/runs', icon: 'run', needs: 'run.read', group: 'office' },
  { key: 'changes', path: '/changes', icon: 'swap', needs: 'customer.carry_out', group: 'office' },
  { key: 'deletions', path: '/deletions', icon: 'bin', needs: ['customer.carry_out', 'customer.request'], group: 'office' },
  { key: 'legal', path: '/guest-requests', icon: 'shield', needs: 'customer.legal', group: 'office' },
  { key: 'spotChecks', path: '/spot-checks', icon: 'review', needs: 'customer.spot_check', group: 'office' },
  { key: 'accounts', path: '/accounts', icon: 'key', needs: 'account.open', group: 'office' },
  { key: 'rules', path: '/rules', icon: 'rules', needs: 'rules.read', group: 'setup' },
  { key: 'trials', path: '/trials', icon: 'run', needs: 'rules.try', group: 'setup' },
  { key: 'template', path: '/template', icon: 'file', needs: 'template.write', group: 'setup' },
  { key: 'stores', path: '/stores', icon: 'store', needs: 'store.write', group: 'setup' },
  { key: 'staff', path: '/staff', icon: 'staff', needs: 'staff.read', group: 'setup' },
  { key: 'imports', path: '/imports', icon: 'upload', needs: 'customer.import', group: 'setup' },
  { key: 'delegations', path: '/delegations', icon: 'swap', group: 'setup' },
  { key: 'roles', path: '/roles', icon: 'lock', needs: 'role.read', group: 'setup' },
  { key: 'keys', path: '/keys', icon: 'key', needs: 'apikey.read', group: 'setup' },
  { key: 'webhooks', path: '/webhooks', icon: 'upload', needs: 'webhook.read', group: 'setup' },
  { key: 'access', path: '/access', icon: 'review', needs: 'login.write', group: 'setup' },
  { key: 'audit', path: '/audit', icon: 'audit', needs: 'audit.read', group: 'setup' },
  { key: 'company', path: '/company', icon: 'out', needs: 'chain.export', group: 'setup' },
]

/** The phone's tab bar: the first four a person may open, in this order; the rest is behind 更多. */
export const tabOrder: MenuPage['key'][] = ['today', 'reviews', 'customers', 'bookings', 'newFile', 'board', 'runs']
