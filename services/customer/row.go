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
	Version    int32
}

// OwnedBy is what "own" means for a file (ROL-02): the tie; while it was never
// approved, the writer. Who lost a guest or wrote a file for another keeps no
// sight of it.
func (r Row) OwnedBy(p kernel.PersonID) bool {
	if r.ApprovedOn == nil {
		return r.Writer == p
	}
	return r.Owner != nil && *r.Owner == p
}

// Concerns reports whether somebody has part in a file, as writer or owner, and
// so may not review it (ROL-04).
func (r Row) Concerns(p kernel.PersonID) bool {
	return r.Writer == p || r.Owner != nil && *r.Owner == p
}

// Within reports whether a grant reaches the file.
func (r Row) Within(g kernel.Grant) bool { return g.Covers(r.Store, r.OwnedBy(g.Person())) }

// Owner says who owns a file from when on; ownership writes it with the tie.
type Owner struct {
	File  kernel.FileID
	Owner *kernel.PersonID // nil: public
	Since *kernel.BusinessDate
}

// ImportedFile is a file approved in the former system.
type ImportedFile struct {
	File       kernel.FileID
	Store      kernel.StoreID
	Name       Name // as it stands there: CUS-06 is not applied
	Number     kernel.Phone
	Writer     kernel.PersonID // the referrer
	ApprovedOn kernel.BusinessDate
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
	NumberShown   EventKind = "number.revealed"

	// A review that went up because those below are away or late (ROL-05).
	ToStoreHead EventKind = "review.to_store_head"
	ToHQ        EventKind = "review.to_hq"
	ToHQHead    EventKind = "review.to_hq_head"
)

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
