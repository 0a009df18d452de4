/** Words of deletion (DEL-01…03), guests' own requests, consent (CUS-11) and what staff are told. */
export const deletion = {
  ask: 'Ask for deletion', askTitle: 'Ask to delete this file', askHow: 'Head office checks and acts within 12 hours. Name, number, birthday and the rest are then gone; counts and amounts stay in the store’s books. It cannot be undone.',
  ground: 'Ground', reason: 'In words', reasonHint: 'e.g. called three times, whoever answers was never here', needGround: 'Please choose a ground.', needReason: 'Please say what happened, in two characters or more.', send: 'Send',
  grounds: { notAGuest: 'No such guest', duplicate: 'Second file of a guest', guestWish: 'The guest wishes it', wrongEntry: 'Entered by mistake', other: 'Other' },
  states: { pending: 'Waits for head office', done: 'Deleted', refused: 'Refused', withdrawn: 'Withdrawn' },
  leadOffice: 'Files that stores want deleted. Check within 12 hours: delete if it is so, refuse with a reason if not.', leadStore: 'What your store asked head office to delete, and what came of it.',
  show: 'Which requests', waiting: 'To be checked', decided: 'Decided', none: 'No request for deletion waits', noneDecided: 'No request was decided yet', noneText: 'Service managers and supervisors ask on a guest’s page; head office checks here.',
  noneStore: 'Nothing was asked for yet', noneStoreText: 'For a guest who does not exist or has a second file, press “Ask for deletion” on his page.',
  gone: 'Deleted', by: 'Asked by {{name}}, {{time}}', owner: 'Referrer', nobody: 'Public', visits: 'Visits', last: 'Last visit', never: 'Never came', look: 'Open the file',
  remove: 'It is so: delete', removeTitle: 'Delete the file of {{name}}', removeHow: 'This cannot be undone:', removeYes: 'Delete for good', sure: 'I have checked it: {{ground}}', needSure: 'Please tick that you have checked it.',
  goes: { person: 'Name, number, birthday, address and taste go, and what names the guest in bookings and messages', tie: 'The referrer’s tie ends today', keeps: 'Visits, amounts and the referrer’s results stay, nobody’s any more' },
  refuse: 'Refuse', refuseTitle: 'Refuse to delete {{name}}', refuseReason: 'Why (the store sees it)', own: 'Others decide your own request, or one about your own guest', refusedBecause: '{{name}} refused: {{reason}}', decidedBy: 'Decided by {{name}}, {{time}}',
  withdraw: 'Withdraw', done: 'Done', waits: 'Deletion was asked for ({{ground}}): {{reason}}', duplicateHint: 'If both are real, check first which one stays.',
}

export const legal = {
  lead: 'By law guests may have a copy, a correction or the erasure of what is held about them. Take the request, check who asks, finish before the deadline.', new: 'Take a request', newTitle: 'Take a guest’s request', kind: 'What the guest wants', number: 'The guest’s number', numberHint: 'As the guest gives it: the main number or any other of the guest’s own', needNumber: 'Please fill in the guest’s number.',
  channel: 'How it came in', store: 'Where', office: 'Head office', note: 'In the guest’s words (optional)', noteHint: 'e.g. the company has a new name', save: 'Take it',
  kinds: { copy: 'Copy', correction: 'Correction', erasure: 'Erasure' },
  kindHelp: { copy: 'Once it is clear who asks, download a workbook and hand it over.', correction: 'Once it is clear who asks, say which fields change; the referrer changes them and they are reviewed.', erasure: 'Once it is clear who asks, everything goes in every store; a second colleague carries it out.' },
  channels: { store: 'In a store', phone: 'By phone', letter: 'In writing', online: 'Online', consent: 'Consent to the file withdrawn' },
  states: { received: 'Identity to be checked', verified: 'To be carried out', done: 'Done', refused: 'Refused' },
  show: 'Which requests', open: 'Open', closed: 'Closed', none: 'No request is open', noneClosed: 'No request was closed yet', noneText: 'When a guest calls or comes and wants a copy, a correction or erasure, press “Take a request”.',
  by: 'Taken by {{name}}, {{time}} · {{channel}}', at: ' · {{store}}', files: 'The guest’s files', noFiles: 'No file has this number. It can be carried out all the same: a copy says so, an erasure clears bookings and messages.', erased: 'Number erased', pickFile: 'Open the file of {{name}} ({{store}})',
  verify: 'Check identity', verifyTitle: 'How identity was checked', verifyHow: 'Make sure it is the guest, or somebody the guest authorised in writing.', verified: 'Checked by {{name}}, {{time}}: {{how}}', needHow: 'Please choose how.',
  identities: { idCard: 'Identity card seen', callback: 'Called back on the number', known: 'Known to staff in person', authorised: 'Written authority' },
  copy: 'Download the copy', copyHow: 'It can be downloaded once: print it or send it to the guest, then delete it from this computer.', copyDone: 'Copy downloaded',
  correct: 'Say what changes', correctTitle: 'Correction: which fields', correctHow: 'Tick what the guest wants changed and say how. The referrer is told, changes it and it is reviewed; until then the old values hold.', correctAt: '{{field}}: what it shall be', correctPick: 'Please tick what changes.', correctNeed: 'Please say for each ticked field what it shall be, in two characters or more.', correctSend: 'Hand to the referrer',
  correctLoose: 'For public guests and files not approved yet the store is only told, and changes them itself.',
  erase: 'Erase', eraseTitle: 'Erase everything of this guest', eraseHow: 'In every store of the company, and it cannot be undone:', eraseFiles: '{{count}} files: {{names}}', eraseFiles_one: '{{count}} file: {{names}}', eraseNone: 'No file; the number goes from bookings, bills and messages', eraseYes: 'Erase for good', eraseSure: 'Identity was checked and the guest wants it erased', needSure: 'Please tick that the guest wants it.',
  eraseOther: 'Whoever took the request cannot erase: a second colleague carries it out.', refuse: 'Refuse', refuseTitle: 'Refuse the guest’s request', refuseReason: 'Why (the guest is to be told)',
  result: { copy: 'Copy handed over, {{count}} files', copy_one: 'Copy handed over, {{count}} file', correction: '{{count}} files handed to their referrers', correction_one: '{{count}} file handed to its referrer', erasure: '{{count}} files erased', erasure_one: '{{count}} file erased' }, decidedBy: 'Carried out by {{name}}, {{time}}', refusedBecause: 'Refused: {{reason}}', done: 'Done',
}

export const consent = {
  title: 'Consent', lead: 'What the guest agreed to, when, and which text. Lines are only added; a withdrawal counts at once.',
  purposes: { file: 'Keeping the file', service: 'Service messages', marketing: 'Marketing messages' },
  purposeHelp: { file: 'Name, number and taste are kept.', service: 'Notices of bookings and the guest’s own visits.', marketing: 'Birthdays, festivals, events.' },
  never: 'No record', given: 'Agreed', withdrawn: 'Withdrawn', allowed: 'May be sent', stopped: 'Not sent',
  line: '{{time}} · {{how}} · recorded by {{name}}', hows: { person: 'In person', phone: 'By phone', paper: 'Signed', online: 'Online', message: 'By text message' },
  text: 'The text to read out (version {{version}})', textFirst: 'The text to read out (first one)', version: 'Text version {{version}}', versionFirst: 'First text',
  give: 'Record agreement', take: 'Record withdrawal', giveTitle: 'Agreed: {{purpose}}', takeTitle: 'Withdrawn: {{purpose}}', readIt: 'Please read this to the guest, and record it once agreed.', how: 'How the guest said so', needHow: 'Please choose how.', save: 'Record',
  takeHow: 'It counts at once: the next message is not sent.', takeFile: 'The guest does not want the file kept: head office gets a request for erasure, makes sure it was the guest, and erases it.', opened: 'Head office has the request for erasure.',
  history: 'Every record', historyNone: 'Nothing recorded yet', historyNoneText: 'Each agreement or withdrawal recorded above makes a line here.',
}

export const inbox = {
  title: 'My messages', lead: 'What the system tells you: files that end soon, head office’s answers, guests’ wishes.', unread: '{{count}} unread', unreadMany: 'More than 99 unread', markAll: 'Mark all as read', none: 'No messages', noneText: 'You are told here when a file of yours ends soon, when head office decided your request, or a guest wants something corrected.', isUnread: 'Unread', someone: 'a guest',
  kinds: { merged: 'Two files of {{name}} became one, with one referrer', unmerged: 'The merging of files of {{name}} was undone', ends: 'The file of {{name}} was never submitted and will be deleted on {{date}}', endsSoon: 'Last warning: the file of {{name}} will be deleted on {{date}}', gone: 'A file that was never submitted has been deleted', decided: 'Head office decided your request for deletion', correction: 'A guest wants a correction: {{name}}', lost: 'The guest became public: {{name}}', offered: 'A public guest is offered to you: please confirm', lapsed: 'The offer was not confirmed in time: the guest stays public', bookingGiven: 'A booking of {{date}} stands in your name now', bookingTaken: 'A booking of {{date}} no longer stands in your name', refundParked: 'A refund of {{date}} has waited a day for its bill' }, more: 'And {{count}} more.',
  acts: { merged: 'See referrer and visits', unmerged: 'See referrer and visits', ends: 'Fill it in and submit', gone: 'Not submitted for 90 days', decided: 'See what came of it', correction: 'Change it in the file', lost: 'See why', offered: 'See why, and confirm', lapsed: 'See why', bookingGiven: 'The manager corrected the booker: see the bookings', bookingTaken: 'The manager corrected the booker: see the bookings', refundParked: 'Have the till send the bill, or void the refund' },
  today: { sentBack: 'files came back for you to mend', sentBack_one: 'file came back for you to mend', ending: 'files will be deleted unless submitted', ending_one: 'file will be deleted unless submitted', endingFirst: 'First on {{date}}', changesLate: 'reported changes are late', changesLate_one: 'reported change is late', changes: 'reported changes wait', changes_one: 'reported change waits', deletionsLate: 'requests for deletion are late', deletionsLate_one: 'request for deletion is late', deletions: 'requests for deletion wait', deletions_one: 'request for deletion waits', guestsLate: 'guests’ requests are overdue', guestsLate_one: 'guest’s request is overdue', guests: 'guests’ requests are open', guests_one: 'guest’s request is open', unread: 'unread messages', unread_one: 'unread message' },
}
