/** Words of webhooks and of calls that ring. */
export const webhooks = {
  lead: 'When a booking or a guest changes, the POS vendor’s server is told at once. What is sent holds ids, dates and states, no names and no numbers.',
  new: 'New webhook', newTitle: 'New webhook', editTitle: 'Change “{{label}}”', make: 'Create', save: 'Save',
  label: 'Purpose', labelHint: 'e.g. tills of the Youyi store', url: 'Address', urlHint: 'https://pos.example.com/changke', urlHelp: 'An https address on the public internet; any 2xx answer within 10 seconds accepts.', events: 'What to send', stores: 'Which stores', allStores: 'All stores', allStoresHelp: 'None chosen means all stores, also those opened later.',
  types: { booking: 'A booking changed', vip: 'A guest became VIP', public: 'A guest became public', blacklisted: 'A guest was blacklisted', ping: 'Test' },
  needLabel: 'Say what it is for', needUrl: 'An https address on the public internet is needed', needEvents: 'Choose at least one',
  state: 'State', active: 'Sending', disabled: 'Switched off', failed: 'Failed for days, switched off', failing: 'Failing since {{time}}', accepted: 'Last accepted', never: 'Never accepted yet',
  secrets: 'Signed with two secrets, the old one until {{time}}',
  ping: 'Test', pinged: 'The test is on its way: see the log.', enable: 'Switch on', disable: 'Switch off', disableTitle: 'Switch off “{{label}}”?', disableText: 'What happens meanwhile is not sent later, and pending retries are dropped.', rotate: 'Rotate secret', edit: 'Change', log: 'Log',
  rotateTitle: 'Rotate the secret of “{{label}}”', rotateText: 'A new secret is made. For the days below everything is signed with both, so that the other side can change over at ease.', overlap: 'Old secret works for', rotateGo: 'Make a new secret', needOverlap: '0 to 30 days',
  made: 'Webhook created', rotated: 'Secret rotated', secretNote: 'Give it to the vendor, who checks with it that events really come from Changke (Standard Webhooks).',
  empty: 'No webhooks yet', emptyText: 'When a POS vendor needs to know at once of bookings and guests, enter their address here.',
  logOf: 'Log of “{{label}}”', logLead: 'Kept for 35 days. What is not accepted is tried 10 times within three days.', onlyOpen: 'Not accepted', all: 'All',
  logEmpty: 'Nothing sent yet', logEmptyText: 'When something happens, or you press Test, it shows here.', openEmpty: 'Everything was accepted', event: 'Event', when: 'Happened', result: 'Result', tries: 'Tries', next: 'next {{time}}', body: 'Body', replay: 'Send again', replayed: 'On its way again.', againBy: 'Sent again by {{name}}, {{time}}', again: 'Sent again by hand, {{time}}', repeats: 'repeats {{time}}',
  delivered: 'Accepted', pending: 'To be tried again', waiting: 'To be sent', gone: 'Not accepted', status: 'answered {{status}}', took: '{{ms}} ms', refresh: 'Refresh',
  errors: { timeout: 'no answer within 10 seconds', refused: 'connection refused', not_public: 'not on the public internet', tls: 'invalid certificate', dns: 'host name not found', unreachable: 'not reachable' }, noTry: 'not tried yet', back: 'Webhooks',
}

export const calls = { title: 'Incoming call', withheld: 'Number withheld', unknown: 'A number without a file', blacklisted: 'Blacklisted', public: 'Public guest', referrer: 'Referrer {{name}}', line: 'Line {{line}}', open: 'Open the file', close: 'Put the call away' }
