/** Words of complete days, go-live and the brake (RUL-06 to RUL-08). */
export const safety = {
  waits: 'Stores that hold up runs', waiting: 'Waits for a complete day', catchingUp: 'Catching up', braked: 'Waits for head office',
  dayWhy: 'The business day {{date}} is not complete; ownership runs from {{from}} on wait:', brakeWhy: '“{{rule}}” of {{date}} would release too many guests and stopped for head office.',
  catchWhy: 'Ownership runs are being caught up day by day from {{from}} on; nothing to do.',
  toDays: 'Resolve', toBrakes: 'See stopped runs',
  brakes: 'Stopped runs (brake)', open: 'Waits for head office', released: 'Continued', stopped: 'Skipped', decide: 'See list, decide', look: 'See list',
  weighed: '{{releases}} to be released of {{ties}} guests of the store; the {{runs}} runs before released {{released}}.', decided: '{{name}}: {{reason}}',
  decideHow: 'Let it continue: the guests listed are released by today’s facts, and the store catches up. Skip: nobody is released this time; the rule acts again with its next run.', reason: 'Reason', reasonHint: 'e.g. went through the list, all of it is right', needReason: 'Please give a reason', release: 'Let it continue', stop: 'Skip this time',
  nobody: 'Nobody would be released or adopted', total: '{{count}} in all', public: 'Public guest',
  liveLead: 'Before go-live the rules of ownership and scores only show what they would do here; ties that were taken over count from go-live on (RUL-06).', liveSince: 'Live since {{date}}', liveFrom: 'Goes live on {{date}}', notLive: 'Not live: rules only preview', liveDate: 'Go-live (tomorrow at the earliest)', setLive: 'Set go-live', takeBack: 'Take back', preview: 'What would happen on go-live', liveTab: 'Go-live',
  daysLead: 'A business day is complete when its bookings are settled and the tills’ totals agree; ownership runs act up to the last complete day (RUL-07).', incomplete: 'Not complete', allComplete: 'All days are complete', allCompleteText: 'Nothing is missing from {{from}} to {{to}}.',
  mendBookings: 'Settle them under Bookings: left, cancelled or no-show.', mendTill: 'The till has to send bills or totals.', toBookings: 'Settle bookings', declare: 'Declare complete', declareHow: 'Ownership runs then take the day as complete and wait no longer. This can’t be taken back.', declareHint: 'e.g. power cut, kept by hand, checked', declaredDays: 'Days declared complete', byFor: '{{name}} for {{holder}}',
  works: 'Closed for works', closed: 'Closed', worksText: 'No till is waited for on these days, and they do not count in the three months without a visit; open bookings still have to be settled.', tills: 'Tills that report totals', tillSince: 'Every day since {{date}}', tillGone: 'Gone since {{date}}', retire: 'Till is gone', retireTitle: 'Is this till no longer used?', retireText: 'Later days no longer wait for its totals; if it reports again, it is back.',
}
