/** Words of public guests offered to somebody (LIF-07, LIF-08, LIF-14). */
export const offers = {
  lead: 'Public guests whom you received most in a month: confirm, check the file and submit it; with its approval the guest is yours.',
  none: 'No guest waits for you', noneText: 'A public guest whom you received most in a month, at least twice, stands here on the 1st of the next, for 7 days.',
  kinds: { adoption: 'Adoption', claim: 'Claim', assignment: 'Assignment' },
  until: 'Confirm and submit by {{date}}', confirm: 'Confirm and check', confirmHow: 'You can then see and change the file; the guest stays public until it is approved.', edit: 'Check and submit', confirmed: 'Being checked', waits: 'Submitted, waits for its review',
  decline: 'Decline', declineTitle: 'Decline this guest?', declineHow: 'He stays public: others may receive and claim him.', declineYes: 'Decline', declined: 'Declined', list: 'Guests who wait for you',
}
