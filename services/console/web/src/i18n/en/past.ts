/** Words of trials of rules, corrections and the month's preview (RUL-04, RUL-09, LIF-04, LIF-07). */
export const past = {
  evidence: 'Evidence', correctionsLead: 'Bills, voids, corrections or posts that were learned later differ from what was decided. Records stay as they are; what you confirm counts from today.',
  open: 'To settle', all: 'All', noCorrections: 'Nothing to settle', noCorrectionsText: 'Each morning past months are counted anew with what is known by then; what differs appears here.',
  ownerNow: 'now a guest of {{name}}', publicNow: 'public now', found: 'found on {{date}}', decided: 'As decided', instead: 'With what is known now', nothing: 'No decision', nothingNow: 'this would not have been decided',
  settled: 'Settled by {{name}}: {{reason}}', confirm: 'Confirm', confirmed: 'Corrected', dismiss: 'Dismiss', dismissed: 'Dismissed', dismissTitle: 'Dismiss this correction?', dismissHow: 'The guest stays whose he is; your reason is kept.',
  reason: 'Reason (kept with it)', reasonNeed: 'Please give a reason of at least two characters.', stateConfirmed: 'Corrected', stateDismissed: 'Dismissed',
  effects: { none: 'The owner stays.', restore: 'From today on a guest of {{name}} again; both are told.', release: 'From today on no longer a guest of {{name}}, but public; the referrer is told.', offer: '{{name}} is asked to adopt the guest; with confirmation and review he is theirs.', withdraw: 'The offer to {{name}} ends; the guest stays public.' },
  previewLead: 'If {{month}} ended today: what would happen on {{effective}}. Visits are counted up to {{counted}}. A preview only; nothing is changed.', noPreview: 'Nothing would change', noPreviewText: 'Referrers received their guests often enough, and nobody received a public guest often enough to adopt him.',
  groups: { lost: 'Would become public: {{count}}', offered: 'Would be offered: {{count}}', tied: 'Equally often received: {{count}}' },
  groupHow: { lost: 'More visits through the referrer by the end of the month keep them.', offered: 'Whoever leads at the end of the month is asked on the 1st.', tied: 'If nobody leads by then, they stay public.' },
  trialsLead: 'Try the draft of rules on past months first: who would lose which guests, compared with what happened. Nothing is changed.', noDraft: 'There is no draft.', draft: 'Changes in the draft: {{count}}.', toRules: 'Go to the rules',
  months: 'Try the last', monthCount: '{{count}} months', start: 'Start', noTrials: 'Nothing tried yet', noTrialsText: 'Change values on the page of rules, save the draft, and come back to try it. Results are kept.',
  trialOf: '{{from}} to {{to}}', trialLead: 'Guests who would be otherwise: {{count}}.', differing: 'guests that differ: {{count}}', progress: 'Progress', states: { running: 'Running', done: 'Done', cancelled: 'Cancelled', failed: 'Not finished' },
  cancel: 'Cancel', cancelTitle: 'Cancel this trial?', cancelHow: 'What it found so far is kept.', cancelYes: 'Cancel it', export: 'Export', failed: 'The trial was not finished; please start again.', tried: 'What is tried (against version {{version}})',
  byPerson: 'By person', byGuest: 'By guest', person: 'Referrer', store: 'Store', lost: 'Lost', won: 'Offered', held: 'Held at the end', noCounts: 'No figures', noCountsText: 'No owner changed in this time.',
  noLines: 'Just as it happened', noLinesText: 'In this store no guest would have gone otherwise under the rules tried.', onlyTried: 'Only if tried', onlyFact: 'Only in fact', late: 'Learned later',
}
