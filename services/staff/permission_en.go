package staff

// english says each permission for consoles in English: a few words, then one
// sentence.
var english = map[string][2]string{
	"store.read":          {"See stores", "See stores, rooms, hall tables and opening hours."},
	"store.live":          {"Set go-live", "Decide from which day ownership and score rules act in a store, after a look at the list."},
	"brake.decide":        {"Decide on braked runs", "When a run would release too many guests it stops: look at the list, let it go on or skip it."},
	"store.write":         {"Manage stores", "Add and change stores, rooms, hall tables, banquet halls and opening hours."},
	"rules.read":          {"See rules", "See the values of each rule version and from when they hold."},
	"template.write":      {"Design the file form", "Decide which fields a guest file has, which must be filled in and with which help, and publish new versions."},
	"rules.try":           {"Try rules", "Try the draft on past months and see who would lose which guests; nothing is changed."},
	"correction.read":     {"See proposed corrections", "See where what was learned later differs from what was decided on guests."},
	"correction.decide":   {"Settle proposed corrections", "Confirm or dismiss proposed corrections, and correct who booked or received a guest once the business day is over, with a reason, but for one’s own."},
	"rules.publish":       {"Publish rules", "Change rule values and publish a new version from a day on."},
	"staff.read":          {"See staff", "See people, their posts and positions."},
	"staff.write":         {"Manage staff and posts", "Enter people, give, change and end posts, record who leaves."},
	"staff.appoint":       {"Appoint to any post", "Give posts whose rights one does not have, but never to oneself."},
	"role.read":           {"See roles and rights", "See what each role may do and who holds it."},
	"role.write":          {"Change roles and rights", "Add, rename and delete roles and positions, and change what a role may do."},
	"account.apply":       {"Apply for accounts", "Apply for accounts for the staff of one’s store, and for changes of them."},
	"account.open":        {"Open accounts", "Handle stores’ account requests: open or return them within 12 hours."},
	"delegation.read":     {"See others’ delegations", "See who acts for whom, for what and until when."},
	"delegation.write":    {"Arrange delegations", "Name a delegate for somebody who is away, and end others’ delegations."},
	"login.write":         {"Manage how people sign in", "Require a second factor at head office, set up single sign-on, and reset the second factor of who lost the phone."},
	"session.end":         {"End others’ sessions", "Sign somebody else out at once."},
	"apikey.read":         {"See API keys", "See what keys are for, their stores and when they expire; never the secret."},
	"apikey.write":        {"Manage API keys", "Make and revoke keys of POS vendors."},
	"webhook.read":        {"See webhooks", "See where events are sent, what was sent and whether it was accepted."},
	"webhook.write":       {"Manage webhooks", "Make, test and switch off webhooks, rotate their secrets, and send again."},
	"sandbox.use":         {"Use the sandbox", "In sandboxes only: move the clock forward and order troubles."},
	"audit.read":          {"See the audit log", "See who did what to what, for whom and when."},
	"audit.export":        {"Export the audit log", "Take the audit log out as a file."},
	"support.consent":     {"Consent to support", "Let the platform’s support look, read-only and for a limited time."},
	"chain.export":        {"Receive the company’s data", "Register the public key to which the company’s data is exported."},
	"customer.read":       {"See guests", "See the list of guests and their files, with masked numbers."},
	"customer.names":      {"See guests’ names", "See guests’ full names; without it only “张*”. Public guests show their surname only, to everybody."},
	"customer.unmask":     {"See masked names and birthdays", "See one masked name or birthday at a time, with a reason that is recorded."},
	"customer.reveal":     {"See whole numbers", "See one whole number at a time, with a reason that is recorded."},
	"customer.write":      {"Write files", "Make, change and submit guests’ files."},
	"customer.review":     {"Review files", "Approve others’ files or return them point by point."},
	"customer.blacklist":  {"Blacklist guests", "Put guests on the blacklist or take them off."},
	"customer.request":    {"Request changes and deletions", "Ask head office to change or delete approved files."},
	"request.escalated":   {"Take over what escalates", "Go on with what waits when its reviewer is away or late."},
	"customer.carry_out":  {"Carry out changes and handovers", "Carry out changes, deletions and handovers that stores asked for."},
	"handover.read":       {"See handovers", "See who hands guests over to whom, how far it has come and which guests are left."},
	"handover.write":      {"Begin and accept handovers", "Hand one’s guests over to a colleague and accept a colleague’s; who heads the store may begin for its staff."},
	"customer.merge":      {"Merge files of one guest", "Make one file of two of the same guest in a store, and undo it."},
	"customer.legal":      {"Handle guests’ own requests", "Take, verify and carry out guests’ requests for a copy, a correction or erasure."},
	"customer.spot_check": {"Spot-check files", "Check approved files and record what is not true."},
	"customer.import":     {"Import guests", "Bring the company’s existing guest files in from a table."},
	"conflict.read":       {"See guest conflicts", "See who claims whose guest, answer or give way."},
	"pool.read":           {"See public guests", "See the public guests of a store, names and numbers masked."},
	"pool.claim":          {"Claim public guests", "Claim a public guest of the store, check the file and own him once it is approved."},
	"pool.assign":         {"Assign public guests", "Assign a public guest to somebody of the store, who confirms."},
	"appeal.read":         {"See appeals", "See appeals of former referrers against a loss, and make one’s own."},
	"appeal.decide":       {"Decide appeals", "Decide appeals of former referrers; one that is granted restores the tie."},
	"conflict.decide":     {"Decide guest conflicts", "Decide whose guest it is once the time to settle is over."},
	"caller.screen":       {"Caller screen", "See the guest’s name and masked number when he calls."},
	"booking.read":        {"See bookings", "See bookings of rooms, tables and banquets."},
	"booking.write":       {"Take bookings", "Enter, seat, finish and cancel bookings."},
	"bill.read":           {"See bills", "See a store’s bills, refunds and what is left to settle, and what became of each bill."},
	"bill.import":         {"Import bills and bookings", "Bring in bills and bookings from files that a till or booking system exports."},
	"bill.link":           {"Link bills", "Say which booking a bill belongs to, or that it belongs to none, with a reason."},
	"booking.correct":     {"Correct the booker", "Correct who booked or received a guest until the business day ends, with a reason."},
	"booking.check":       {"Check what was told in person", "Say whether guests were told in person as recorded where no message could be sent; never one’s own."},
	"day.read":            {"See whether days are complete", "See what business days lack: bookings not settled, totals that differ."},
	"day.declare":         {"Declare days complete", "Declare a business day complete with a reason, and say which tills are gone."},
	"message.read":        {"See messages", "See the messages sent and whether they arrived."},
	"decision.read":       {"See ownership changes and why", "See why a guest changed hands and by which rule."},
	"run.read":            {"See jobs", "See how far the system’s jobs have come and with what result."},
	"run.retry":           {"Retry jobs", "Run a failed job again."},
	"score.read":          {"See scores", "See scores: guests kept, new guests, what they spent."},
	"finding.read":        {"See findings", "See what inspectors found and how it was handled."},
	"finding.write":       {"Record findings", "Record what is wrong in a store."},
	"today.read":          {"See today", "See what needs doing today and tonight’s bookings."},
	"board.read":          {"See the head-office board", "See the stores’ figures side by side."},
}

// ownEnglish is owned in English.
var ownEnglish = map[string]string{
	"appeal":   "appeals that one made",
	"conflict": "conflicts that one opened, or about one’s own guests",
	"customer": "one’s own guests, and drafts one wrote",
	"booking":  "bookings one took, and those of one’s own guests",
	"decision": "guests one has or had",
	"handover": "handovers one gives or receives",
	"score":    "one’s own score",
	"today":    "one’s own tasks and guests",
}

// LabelEnglish is the permission in a few English words.
func (p Permission) LabelEnglish() string { return english[p.Name][0] }

// SaysEnglish is one English sentence: what its holder can do.
func (p Permission) SaysEnglish() string { return english[p.Name][1] }

// OwnMeansEnglish is OwnMeans in English.
func OwnMeansEnglish(permission string) string {
	if OwnMeans(permission) == "" {
		return ""
	}
	return ownEnglish[Permission{Name: permission}.Resource()]
}
