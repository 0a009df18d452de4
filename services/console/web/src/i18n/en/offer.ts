/** Words of public guests offered to somebody (LIF-07, LIF-08, LIF-14). */
export const offers = {
  lead: 'Public guests you received most often, were assigned or claimed. Confirm, check the file and submit it; once it is approved the guest is yours.', today: 'public guests for you to confirm and check', today_one: 'public guest for you to confirm and check', todayUntil: 'First expires {{date}}',
  none: 'No guests to take on', noneText: 'A public guest you received most often in a month, at least twice, appears here on the 1st of the next month and stays for 7 days.',
  kinds: { adoption: 'Adoption', claim: 'Claim', assignment: 'Assignment' },
  until: 'Confirm and submit by {{date}}', confirm: 'Confirm and check', confirmHow: 'You can then see and change the file; the guest stays public until it is approved.', edit: 'Check and submit', confirmed: 'Being checked', sentBack: 'Sent back for changes', mend: 'Change and submit', waits: 'Submitted, waiting for review',
  decline: 'Decline', declineTitle: 'Decline this guest?', declineHow: 'The guest stays public: others may receive and claim them.', declineYes: 'Decline', declined: 'Declined', list: 'Guests to take on',
}

/** Words of the public pool: claims and assignments (LIF-09, LIF-12). */
export const pool = {
  lead: 'Guests without a referrer; names and numbers are masked for everybody. Whoever claims or is assigned a guest checks the file, and becomes the referrer once it is approved.',
  come: 'Active or dormant', take: 'Claimed or free', why: 'Why they are public', often: 'Visits', all: 'All', free: 'Free', open: 'Being taken on', anyWhy: 'Any reason', anyOften: 'Any visits', atLeast_one: '{{count}}+ visit', atLeast: '{{count}}+ visits',
  none: 'No public guests', noneText: 'Guests who stay away, are received by others, or whose referrer leaves appear here by themselves.', noneSuch: 'No public guests match', noneSuchText: 'Change the filters, or see all.', clear: 'See all',
  since: 'Public since {{date}}', appealed: 'Appealed', busy: 'File being changed', former: 'Former referrer', noFormer: 'none', year: 'Last twelve months', yearOf: '{{count}} visits, {{amount}}', yearOf_one: '{{count}} visit, {{amount}}', noYear: 'no visits', receivers: 'Received this month', received: '{{name}} {{count}}×', nobody: 'nobody yet',
  pending: '{{name}} to confirm by {{date}}', checking: '{{name}} is checking the file, until {{date}}', submitted: '{{name}} submitted it, waiting for review', sentBack: '{{name}}: sent back for changes, until {{date}}', you: 'You', toOffers: 'Continue',
  claim: 'Claim', claimTitle: 'Claim {{name}}?', claimHow: 'You check the file and submit it within 7 days; the guest is yours once it is approved.', claimYes: 'Claim and check',
  assign: 'Assign', assignTitle: 'Assign {{name}}', assignFind: 'Find a colleague', assignHow: 'Choose who can serve this guest well. They confirm and check the file; once it is approved the guest is theirs.', assignNeed: 'Choose somebody.', assignYes: 'Assign', assigned: 'Assigned to {{name}}',
  noAssignee: 'Nobody in the store to assign the guest to', noAssigneeText: 'Only people in posts that may own guests, and not yourself.',
  room: '{{count}} below target', waiting: '{{count}} to confirm', has: '{{count}} guests', has_one: '{{count}} guest', hasOf: 'Guests {{count}} / {{target}}', active: '{{count}} active', visits: '{{count}} visits this month', visits_one: '{{count}} visit this month', visitsOf: 'Visits this month {{count}} / {{target}}', last: '{{percent}}% of last month’s guest target', knows: 'Received this guest {{count}}× in twelve months',
}

/** Words of appeals against a loss (LIF-11). */
export const appeal = {
  lead: 'A loss can be contested for 7 days. The manager decides, or head office if the guest already has a new referrer.', show: 'Filter appeals', open: 'To decide', ended: 'Ended', losses: 'Guests I lost',
  none: 'No appeal to decide', noneText: 'When a former referrer contests a loss, the appeal appears here.', noneEnded: 'No appeals decided yet', noneEndedText: 'Decided and withdrawn appeals stay here.',
  noLosses: 'You have not lost a guest lately', noLossesText: 'When a guest becomes public, the reason is given here, and you can appeal for some days.',
  by: 'Appeal by {{name}}', late: 'Overdue', due: 'Decide by {{date}}', states: { open: 'Under appeal', granted: 'Granted', refused: 'Refused', withdrawn: 'Withdrawn' },
  lost: 'Lost on', now: 'Now with', system: 'The system’s grounds', says: '{{name}} says', referred: 'Visits and bookings cited', others: 'Other visits and bookings around that time ({{count}})', file: 'See past owners', decided: 'Decided by {{name}}',
  meals: 'Visits and bookings', credited: 'received by {{name}}', uncredited: 'credited to nobody', uncounted: 'not counted as a visit', booked: 'booked by {{name}}, notice sent', bookedUntold: 'booked by {{name}}, no notice sent',
  withdraw: 'Withdraw', withdrawTitle: 'Withdraw the appeal?', withdrawHow: 'You can’t appeal against this loss again.',
  decideTitle: 'Decision', grant: 'Granted: {{name}} owns the guest again', grantFrom: 'Granted: from {{owner}} back to {{name}}', refuse: 'Refused: nothing changes', needsOffice: 'The guest has a new referrer: only head office grants this (LIF-14).', why: 'Reason', whyHint: 'Who appealed reads it, e.g. he booked the dinner of 3 October, the notice was forgotten', whyNeed: 'Choose an outcome and give a reason.', decide: 'Decide', done: 'Decided', notYours: 'This appeal concerns you: somebody else decides it (ROL-04).',
  until: 'Can be contested until {{date}}', raise: 'Appeal', raiseHere: 'Disagree? Appeal', see: 'See the appeal', tooLate: 'The time to appeal ended on {{date}}', his: 'The guest is yours again', cannot: 'Can’t be contested now',
  raiseTitle: 'Appeal: {{name}}', raiseHow: 'Say why the guest should be yours, and tick the visits and bookings that show it. Until it is decided, nobody else can become the guest’s referrer.', text: 'Your reason', textHint: 'e.g. I booked the dinner of 3 October; the notice was forgotten', textNeed: 'Give a reason of at least two characters.', refer: 'Visits and bookings you cite', send: 'Send the appeal', raised: 'Appeal sent',
  today: 'appeals for you to decide', today_one: 'appeal for you to decide', todayLate: '{{count}} late',
}
