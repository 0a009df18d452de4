/** Words of public guests offered to somebody (LIF-07, LIF-08, LIF-14). */
export const offers = {
  lead: 'Public guests you received most, were assigned or claimed: confirm, check the file and submit it; with its approval the guest is yours.', today: 'public guests for you to confirm and check', today_one: 'public guest for you to confirm and check', todayUntil: 'First ends {{date}}',
  none: 'No guest waits for you', noneText: 'A public guest whom you received most in a month, at least twice, stands here on the 1st of the next, for 7 days.',
  kinds: { adoption: 'Adoption', claim: 'Claim', assignment: 'Assignment' },
  until: 'Confirm and submit by {{date}}', confirm: 'Confirm and check', confirmHow: 'You can then see and change the file; the guest stays public until it is approved.', edit: 'Check and submit', confirmed: 'Being checked', waits: 'Submitted, waits for its review',
  decline: 'Decline', declineTitle: 'Decline this guest?', declineHow: 'He stays public: others may receive and claim him.', declineYes: 'Decline', declined: 'Declined', list: 'Guests who wait for you',
}

/** Words of the public pool: claims and assignments (LIF-09, LIF-12). */
export const pool = {
  lead: 'Guests without a referrer; names and numbers are masked for everybody. Who claims or is assigned one checks the file, and owns him once it is approved.', leadOf: 'Guests of {{store}} without a referrer; names and numbers are masked for everybody.',
  come: 'Whether they come', take: 'Whether somebody takes them on', why: 'Why they are public', often: 'Visits', all: 'All', free: 'Free', open: 'Being taken on', anyWhy: 'Any reason', anyOften: 'Any visits', atLeast_one: '{{count}}+ visit', atLeast: '{{count}}+ visits',
  none: 'No public guests', noneText: 'Guests who stay away, are received by others, or whose referrer leaves come here by themselves.', noneSuch: 'No public guests like that', noneSuchText: 'Choose otherwise, or see all.', clear: 'See all',
  since: 'Public since {{date}}', appealed: 'Appealed', busy: 'File being changed', former: 'Former referrer', noFormer: 'none', year: 'Last twelve months', yearOf: '{{count}} visits, {{amount}}', yearOf_one: '{{count}} visit, {{amount}}', noYear: 'no visits', receivers: 'Received this month', received: '{{name}} {{count}}×', nobody: 'by nobody yet',
  pending: '{{name}} to confirm by {{date}}', checking: '{{name}} checks the file, by {{date}}', submitted: '{{name}} submitted it: waits for its review', you: 'You', toOffers: 'Go on',
  claim: 'Claim', claimTitle: 'Claim {{name}}?', claimHow: 'You check the file and submit it within 7 days; the guest is yours once it is approved.', claimYes: 'Claim and check',
  assign: 'Assign', assignTitle: 'Assign {{name}}', assignHow: 'Choose who can serve this guest well. He confirms, checks the file, and owns the guest once it is approved.', assignNeed: 'Choose somebody.', assignYes: 'Assign', assigned: 'Assigned to {{name}}',
  noAssignee: 'Nobody in the store to assign him to', noAssigneeText: 'Only posts that may own guests, and not yourself.',
  room: 'lacks {{count}}', waiting: '{{count}} to confirm', has: '{{count}} guests', has_one: '{{count}} guest', hasOf: 'Guests {{count}} / {{target}}', active: '{{count}} active', visits: '{{count}} visits this month', visits_one: '{{count}} visit this month', visitsOf: 'Visits this month {{count}} / {{target}}', last: 'Guests last month {{percent}}%', knows: 'Received this guest {{count}}× in twelve months',
}

/** Words of appeals against a loss (LIF-11). */
export const appeal = {
  lead: 'A loss can be contested for 7 days; the manager decides, head office where the guest has a new referrer.', show: 'Which appeals', open: 'To decide', ended: 'Ended', losses: 'Guests I lost',
  none: 'No appeal to decide', noneText: 'When a former referrer contests a loss, it stands here.', noneEnded: 'No appeal has ended yet', noneEndedText: 'Decided and withdrawn appeals stay here.',
  noLosses: 'You lost no guest lately', noLossesText: 'When a guest becomes public, this says why; you may contest it for some days.',
  by: 'Appeal of {{name}}', late: 'Late', due: 'Decide by {{date}}', states: { open: 'Appealed', granted: 'Granted', refused: 'Refused', withdrawn: 'Withdrawn' },
  lost: 'Lost on', now: 'Now of', system: 'What it rested on', says: '{{name}} says', referred: 'Visits and bookings referred to', others: 'Other visits and bookings around it ({{count}})', file: 'See whose he was', decided: 'Decided by {{name}}',
  meals: 'Visits and bookings', credited: 'received by {{name}}', uncredited: 'credited to nobody', uncounted: 'no counted visit', booked: 'booked by {{name}}, notice sent', bookedUntold: 'booked by {{name}}, no notice sent',
  withdraw: 'Withdraw', withdrawTitle: 'Withdraw the appeal?', withdrawHow: 'You can’t appeal against this loss again.',
  decideTitle: 'Decision', grant: 'Granted: {{name}} owns the guest again', grantFrom: 'Granted: from {{owner}} back to {{name}}', refuse: 'Refused: nothing changes', needsOffice: 'The guest has a new referrer: only head office grants this (LIF-14).', why: 'Reason', whyHint: 'Who appealed reads it, e.g. he booked the dinner of 3 October, the notice was forgotten', whyNeed: 'Choose an outcome and give a reason.', decide: 'Decide', done: 'Decided', notYours: 'This appeal concerns you: somebody else decides it (ROL-04).',
  until: 'Can be contested until {{date}}', raise: 'Appeal', raiseHere: 'Not right? Appeal', see: 'See the appeal', tooLate: 'Could be contested until {{date}}', his: 'The guest is yours again', cannot: 'Can’t be contested now',
  raiseTitle: 'Appeal: {{name}}', raiseHow: 'Say why the guest should be yours, and tick the visits and bookings that show it. Until it is decided nobody else’s taking on of the guest is approved.', text: 'Your reason', textHint: 'e.g. I booked the dinner of 3 October; the notice was forgotten', textNeed: 'Give a reason of at least two characters.', refer: 'Visits and bookings you refer to', send: 'Send the appeal', raised: 'Appeal sent',
  today: 'appeals for you to decide', today_one: 'appeal for you to decide', todayLate: '{{count}} late',
}
