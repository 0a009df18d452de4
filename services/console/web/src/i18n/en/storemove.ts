import type { storeMove as Words } from '../zh-CN/storemove.ts'

/** Words of stores that merge or close (HND-08). */
export const storeMove: typeof Words = {
  title: 'Merge or close a store', open: 'Merge or close a store', back: 'Back to stores that end',
  lead: 'A store merges into another, or closes and its guests go elsewhere. Ties move with the day they began; no clock begins anew.',
  list: 'Stores that end', none: 'No store ends', noneText: 'Before a store ends, plan it here: see what moves and what is in the way, let a colleague approve it, and it is carried out on its day.',
  start: 'Plan an end', kinds: { merge: 'Merge', close: 'Close' },
  kindTexts: { merge: 'Its people and guests go to another store', close: 'The guests of each referrer go to a colleague in another store' },
  fromTo: '{{from}} → {{to}}', on: 'from {{date}}', states: { planned: 'Waits for approval', approved: 'Approved, waits for its day', moving: 'On the way', done: 'Done', withdrawn: 'Withdrawn', preview: 'Not submitted' },
  form: {
    title: 'Plan the end of a store', sub: 'A preview: nothing changes yet', store: 'Store that ends', to: 'Store it goes to', toClose: 'Public guests and unfinished files go to', kind: 'How', on: 'From which day', reason: 'Reason', reasonHint: 'For example: the lease ends',
    choose: 'Choose', needStore: 'Choose the store that ends.', needTo: 'Choose where it goes.', needOn: 'Choose a day from tomorrow on.', needReason: 'Say why.', submit: 'Submit for approval', onHelp: 'From this day on the store takes no bookings; bills of the days before are still accepted.',
  },
  who: { title: 'Referrers and where their guests go', goes: 'Go to', files: '{{count}} guests', held: '{{count}} in handover', along: 'Goes along', store: 'Store for the guests of {{name}}', receiver: 'Receiver for {{name}}', self: 'Himself, goes along', missing: 'Not settled', left: 'Has left', none: 'Nobody owns a guest in this store.', to: '{{store}} · {{name}}' },
  what: { title: 'What moves', owned: 'Guests with a referrer', public: 'Public guests', drafts: 'Unfinished files', reviews: 'Waiting for review', offers: 'Adoptions, claims, assignments', appeals: 'Appeals', conflicts: 'Conflicts', handovers: 'Handovers under way', custodies: 'Custodies', people: 'People with a post', twins: 'Guests with a file in both stores' },
  twinsText: 'One number has one file in a store: for guests with a file in both, the one in the new store holds, and nobody has two referrers.',
  blocks: {
    title: 'To settle before approval', none: 'Nothing is in the way.',
    bookings: '{{count}} bookings on or after the day: move or cancel them with the guests', referrer: 'Nobody has said where the guests of {{count}} referrers go', receiver: '{{count}} receivers will hold no post there that may own guests', twin: '{{count}} guests have an unapproved file there: review it or let its writer give it up', move: 'The store they go to is closed, or ends itself', waiting: 'Days of the store are not complete: settle them under Business days',
  },
  acts: { approve: 'Approve', withdraw: 'Withdraw' }, approveTitle: '{{kind}}: approve?', approveText: 'From {{date}} on {{store}} takes no bookings; that morning {{count}} guests move. Until it begins it can be withdrawn.', withdrawTitle: 'Withdraw this plan?', withdrawText: '{{store}} takes bookings as before.',
  own: 'Another colleague at head office approves it.', planned: 'Planned by {{name}}', approved: 'approved by {{name}}',
  progress: { title: 'Progress', of: '{{moved}} / {{files}} files', ties: '{{count}} guests stay with their referrer', passed: '{{count}} guests passed to a receiver', doubles: '{{count}} guests keep the file of the new store', stuck: '{{count}} guests wait for a file there to be approved; tried again each day, and not public meanwhile', posts: '{{count}} posts moved or ended', on: 'moved on {{date}}' },
}
