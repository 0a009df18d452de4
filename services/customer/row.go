package customer

import (
	"time"

	"github.com/changke/changke/services/kernel"
)

// Row is a file as lists show it.
type Row struct {
	File       kernel.FileID
	Store      kernel.StoreID
	Name       Name
	Masked     string // 138****1234
	Sex        Sex
	Owner      *kernel.PersonID // nil: public or never approved
	OwnedSince *kernel.BusinessDate
	ApprovedOn *kernel.BusinessDate // nil: never
	State      State
	Imported   bool // approved in the former system
	Writer     kernel.PersonID
	Editor     *kernel.PersonID // who is to finish the open revision of a file with a standing (CUS-12); nil: none is open
	Version    int32
	MergedInto *kernel.FileID // the file it is part of (Merged); nil: none
}

// OwnedBy is what "own" means for a file (ROL-02): the tie; while it was never
// approved, the writer. Who lost a guest or wrote a file for another keeps no
// sight of it.
func (r Row) OwnedBy(p kernel.PersonID) bool {
	if r.ApprovedOn == nil {
		return r.Writer == p
	}
	return r.Owner != nil && *r.Owner == p || r.Editor != nil && *r.Editor == p
}

// Concerns reports whether somebody has part in a file, as writer, owner or who
// finishes its revision, and so may not review it (ROL-04).
func (r Row) Concerns(p kernel.PersonID) bool {
	return r.Writer == p || r.Owner != nil && *r.Owner == p || r.Editor != nil && *r.Editor == p
}

// Within reports whether a grant reaches the file.
func (r Row) Within(g kernel.Grant) bool { return g.Covers(r.Store, r.OwnedBy(g.Person())) }

// Owner says who owns a file from when on; ownership writes it with the tie.
type Owner struct {
	File  kernel.FileID
	Owner *kernel.PersonID // nil: public
	Since *kernel.BusinessDate
	Ends  bool // the file ends with it: it becomes nobody's and not public
}

// ImportedFile is a file approved in the former system.
type ImportedFile struct {
	File       kernel.FileID
	Store      kernel.StoreID
	Name       Name // as it stands there: CUS-06 is not applied
	Number     kernel.Phone
	Writer     kernel.PersonID // the referrer
	ApprovedOn kernel.BusinessDate
	Fields     Fields // but for the name; what is empty is to be completed
}

// ApprovedNumber is the number of a file from its first approval on.
type ApprovedNumber struct {
	Store      kernel.StoreID
	NumberKey  []byte
	File       kernel.FileID
	ApprovedOn kernel.BusinessDate
}

// MovedNumber is a file that gives up a number on a business day, for another
// or, To being nil, for none.
type MovedNumber struct {
	Store    kernel.StoreID
	File     kernel.FileID
	From, To []byte
	On       kernel.BusinessDate
}

// Event is a line of a file's timeline (RUL-05): ids and field names, never
// values.
type Event struct {
	ID     kernel.UUID
	At     time.Time
	On     kernel.BusinessDate
	Kind   EventKind
	Person *kernel.PersonID // nil: the system
	For    *kernel.PersonID // whose delegate he was; nil: in his own right (ROL-05)
	Rule   string
	Fields []string
	Own    map[string]kernel.Words // names of the chain's own fields among them
}

// EventKind is what happened to a file.
type EventKind string

// The kinds of events.
const (
	FileCreated   EventKind = "file.created"
	FileChanged   EventKind = "file.changed"
	FileSubmitted EventKind = "file.submitted"
	FileApproved  EventKind = "file.approved"
	FileFlagged   EventKind = "file.flagged" // its number is an employee's (CUS-05)
	FileRejected  EventKind = "file.rejected"
	FileImported  EventKind = "file.imported"
	FileDeleted   EventKind = "file.deleted"
	NumberShown   EventKind = "number.revealed"

	NameRevealed      EventKind = "name.revealed"
	BirthdayRevealed  EventKind = "birthday.revealed"
	DeletionAsked     EventKind = "deletion.requested"
	DeletionRefused   EventKind = "deletion.refused"
	DeletionWithdrawn EventKind = "deletion.withdrawn"
	DeletionUp        EventKind = "deletion.escalated"
	ConsentGiven      EventKind = "consent.given"
	ConsentWithdrawn  EventKind = "consent.withdrawn"
	CorrectionAsked   EventKind = "correction.requested"

	// A review that went up because those below are away or late (ROL-05).
	ToStoreHead EventKind = "review.to_store_head"
	ToHQ        EventKind = "review.to_hq"
	ToHQHead    EventKind = "review.to_hq_head"

	ContactAdded   EventKind = "contact.added" // a further number (VIS-12)
	ContactRemoved EventKind = "contact.removed"

	NumberHeld EventKind = "number.held" // taken again after its time ran out (CUS-10)

	// A conflict case about the file's guest (CUS-10).
	ConflictRaised    EventKind = "conflict.opened"
	ConflictAnswered  EventKind = "conflict.answered"
	ConflictToManager EventKind = "conflict.to_manager"
	ConflictToHead    EventKind = "conflict.to_store_head"
	ConflictToHQ      EventKind = "conflict.to_hq"
	ConflictToHQHead  EventKind = "conflict.to_hq_head"
	ConflictKept      EventKind = "conflict.kept"
	ConflictMoved     EventKind = "conflict.moved"
	// The open revision lost the number it wanted; the guest stays.
	ConflictNumberGone EventKind = "conflict.number_gone"

	// Revisions of files with a standing (CUS-12), reported changes (CHG-01) and
	// spot checks (CUS-04).
	ChangeReported  EventKind = "change.reported"
	ChangeTakenBack EventKind = "change.withdrawn"
	ChangeRejected  EventKind = "change.refused"
	SpotCheckFine   EventKind = "spot_check.fine"
	StandingEnded   EventKind = "file.ended"

	// Two files of one guest became one, and two again.
	FilesMerged    EventKind = "file.merged"      // on the survivor
	MergedInto     EventKind = "file.merged_into" // on the other
	MergeTakenBack EventKind = "file.unmerged"    // on both
	StoreMoved     EventKind = "file.store_moved" // its store merged into another, or closed (HND-08)
)

// RevisionOpened is the line of a revision that was opened.
func RevisionOpened(c Cause) EventKind { return EventKind("revision." + string(c)) }

var eventText = map[EventKind]kernel.Words{
	FileCreated:   {ZH: "新建档案", EN: "File created"},
	FileChanged:   {ZH: "修改档案", EN: "File changed"},
	FileSubmitted: {ZH: "提交审核", EN: "Submitted for review"},
	FileApproved:  {ZH: "审核通过", EN: "Approved"},
	FileRejected:  {ZH: "审核退回", EN: "Sent back by the review"},
	FileFlagged:   {ZH: "号码与在职员工相同，请核对", EN: "Its number is an employee's, please check"},
	FileImported:  {ZH: "从原系统导入，已审核通过", EN: "Imported from the former system, approved"},
	NumberShown:   {ZH: "查看完整号码", EN: "Full number shown"},
	ToStoreHead:   {ZH: "审核人不在或超时，审核升级给楼面店总", EN: "Reviewers away or late: the review went up to the store's head"},
	ToHQ:          {ZH: "审核人不在或超时，审核升级给总部客服", EN: "Reviewers away or late: the review went up to head office"},
	ToHQHead:      {ZH: "审核人不在或超时，审核升级给总部客服负责人", EN: "Reviewers away or late: the review went up to the lead at head office"},

	ContactAdded:       {ZH: "增加联系号码", EN: "A further number added"},
	ContactRemoved:     {ZH: "删除联系号码", EN: "A further number removed"},
	NumberHeld:         {ZH: "重新占用号码", EN: "Number reserved again"},
	ConflictRaised:     {ZH: "对这位客人提出归属争议", EN: "Claimed this guest"},
	ConflictAnswered:   {ZH: "对归属争议作了说明", EN: "Answered the claim"},
	ConflictToManager:  {ZH: "归属争议协商时间已到，请客服经理裁定", EN: "The time to settle the claim is over: the manager decides"},
	ConflictToHead:     {ZH: "归属争议交楼面店总裁定", EN: "The claim went to the store’s head"},
	ConflictToHQ:       {ZH: "归属争议交总部客服裁定", EN: "The claim went to head office"},
	ConflictToHQHead:   {ZH: "归属争议交总部客服负责人裁定", EN: "The claim went to the lead at head office"},
	ConflictKept:       {ZH: "归属争议结束，客人仍归原推荐人", EN: "The claim ended: the guest stays with his referrer"},
	ConflictNumberGone: {ZH: "归属争议结束，变更中的号码归提出争议的推荐人", EN: "The claim ended: the number the change wanted goes to who claimed it"},
	ConflictMoved:      {ZH: "归属争议结束，客人归提出争议的推荐人", EN: "The claim ended: the guest goes to who claimed him"},

	NameRevealed:     {ZH: "查看完整姓名", EN: "Full name shown"},
	BirthdayRevealed: {ZH: "查看完整生日", EN: "Full birthday shown"},

	ChangeReported:                 {ZH: "申请变更", EN: "Change reported"},
	ChangeTakenBack:                {ZH: "撤回变更申请", EN: "Reported change withdrawn"},
	ChangeRejected:                 {ZH: "总部退回变更申请", EN: "Head office refused the change"},
	RevisionOpened(CauseImport):    {ZH: "推荐人开始补齐导入的档案", EN: "The referrer began to complete the imported file"},
	RevisionOpened(CauseChange):    {ZH: "总部同意变更，由推荐人修改后重新提交", EN: "Head office opened the change: the referrer finishes and resubmits"},
	RevisionOpened(CauseSpotCheck): {ZH: "总部抽查发现不符，退回推荐人", EN: "Spot check found something: back to the referrer"},
	RevisionOpened(CauseAdoption):  {ZH: "归属变更，由新推荐人核对后提交", EN: "Adopted: the new referrer checks and submits"},
	RevisionOpened(CauseHandover):  {ZH: "客户交接，由接收人核对后提交", EN: "Handed over: the receiver checks and submits"},
	SpotCheckFine:                  {ZH: "总部抽查属实", EN: "Spot check: all well"},
	StandingEnded:                  {ZH: "总部抽查认定不是真实客人，档案终止", EN: "Spot check found no real guest: the file has ended"},
	StoreMoved:                     {ZH: "门店合并或闭店，档案转到了另一家门店", EN: "Went to another store as its own merged or closed"},
	FilesMerged:                    {ZH: "并入了同一位客人的另一份档案", EN: "Another file of the same guest was merged into this one"},
	MergedInto:                     {ZH: "并入了同一位客人的另一份档案，由那一份保留", EN: "Merged into another file of the same guest, which remains"},
	MergeTakenBack:                 {ZH: "撤销合并，两份档案恢复原样", EN: "Merging undone: both files are as they were"},
	FileDeleted:                    {ZH: "档案已删除", EN: "File deleted"},
	DeletionAsked:                  {ZH: "申请删除档案", EN: "Deletion requested"},
	DeletionRefused:                {ZH: "总部退回了删除申请", EN: "Head office refused to delete it"},
	DeletionWithdrawn:              {ZH: "撤回删除申请", EN: "Request for deletion withdrawn"},
	DeletionUp:                     {ZH: "删除申请已升级给总部客服负责人", EN: "The request for deletion went up to the lead at head office"},
	ConsentGiven:                   {ZH: "记录客人同意", EN: "Consent given"},
	ConsentWithdrawn:               {ZH: "记录客人撤回授权", EN: "Consent withdrawn"},
	CorrectionAsked:                {ZH: "客人要求更正", EN: "The guest asks for a correction"},
}

// Text says what happened, with the labels of the fields concerned.
func (e Event) Text() kernel.Words {
	text := eventText[e.Kind]
	between := kernel.Words{ZH: "：", EN: ": "}
	for _, name := range e.Fields {
		l, own := e.Own[name]
		if !own {
			l = Label(name)
		}
		text = kernel.Words{ZH: text.ZH + between.ZH + l.ZH, EN: text.EN + between.EN + l.EN}
		between = kernel.Words{ZH: "、", EN: ", "}
	}
	return text
}
