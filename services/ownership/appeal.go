package ownership

import (
	"strings"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// KindAppeal is the rule by which a person decides an appeal (LIF-11). No run has it.
const KindAppeal Kind = "LIF-11"

// OriginAppeal is a tie that an appeal gave back.
const OriginAppeal Origin = "appeal"

// Faults of appeals.
var (
	ErrNoAppeal     = fault.New(fault.NotFound, "appeal.not_found", "没有找到这项申诉。")
	ErrNoLoss       = fault.New(fault.NotFound, "appeal.no_loss", "没有找到您失去这位客户的记录，不能申诉。")
	ErrAppealLate   = fault.New(fault.Conflict, "appeal.too_late", "申诉期限已过，不能再申诉。")
	ErrAppealTwice  = fault.New(fault.Conflict, "appeal.already", "这次失去客户已经申诉过，不能再次申诉。")
	ErrAppealOpen   = fault.New(fault.Conflict, "appeal.open", "这位客户还有一项申诉没有结果，请等它裁定后再申诉。")
	ErrAppealBack   = fault.New(fault.Conflict, "appeal.is_his", "这位客户现在就由您维系，不需要申诉。")
	ErrAppealOver   = fault.New(fault.Conflict, "appeal.over", "这项申诉已经有了结果，请刷新。")
	ErrAppealNotOwn = fault.New(fault.Conflict, "appeal.not_own", "只有申诉人可以撤回申诉。")
	ErrOwnAppeal    = fault.New(fault.Conflict, "appeal.own", "不能裁定与自己有关的申诉，也不能代有关的人裁定，请由其他负责人裁定。")
	ErrAppealHQ     = fault.New(fault.Conflict, "appeal.head_office", "这位客户已有新的推荐人，恢复原推荐人要由总部裁定。")
	ErrAppealPost   = fault.New(fault.Conflict, "appeal.not_in_post", "原推荐人现在不在本店可维系客户的岗位上，不能恢复维系关系。")
	ErrAppealFile   = fault.New(fault.Conflict, "appeal.no_standing", "这份档案已经结束，不能恢复维系关系。")
	ErrAppealVisit  = fault.Field("visits", "LIF-11", "所选的消费或预定不在这位客户的记录里，请重新选择。")
)

// AppealState is how an appeal stands; the texts are those in the database.
type AppealState string

// The states; of each file at most one is open.
const (
	AppealOpen      AppealState = "open"
	AppealGranted   AppealState = "granted"
	AppealRefused   AppealState = "refused"
	AppealWithdrawn AppealState = "withdrawn"
)

// AppealTexts is what the former referrer and who decides say. They are kept
// sealed: people write names and numbers into such texts.
type AppealTexts struct {
	Claim    string `json:"claim"`
	Decision string `json:"decision,omitempty"`
}

// Statement cleans what somebody says in an appeal. Fault: invalid_field at path.
func Statement(path, text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < 2 || n > 500 {
		return "", fault.Field(path, "LIF-11", "请用 2 到 500 个字写明情况。")
	}
	return text, nil
}

// Loss is a tie that a rule ended, and since when its former owner knows.
type Loss struct {
	Person kernel.PersonID
	On     kernel.BusinessDate // from when the guest is public
	Told   kernel.BusinessDate // the business day it was decided on, later where days were missed
}

// Until is the last day to appeal: within so many days of the loss, or of its
// decision where that came late.
func (l Loss) Until(days int) kernel.BusinessDate {
	return max(l.On, l.Told) + kernel.BusinessDate(days)
}

// LossFacts are how a loss and its guest stand on a day.
type LossFacts struct {
	Appealed bool             // this loss was appealed before
	Open     bool             // another appeal about the guest is open
	Owner    *kernel.PersonID // whose the guest is
	Standing bool             // the file has one
}

// Raise says whether somebody may appeal against a loss on a day (LIF-11). Faults:
// appeal.no_loss, appeal.already, appeal.open, appeal.is_his, appeal.no_standing,
// appeal.too_late.
func (l Loss) Raise(by kernel.PersonID, day kernel.BusinessDate, days int, f LossFacts) error {
	switch {
	case l.Person != by:
		return ErrNoLoss
	case f.Appealed:
		return ErrAppealTwice
	case f.Open:
		return ErrAppealOpen
	case f.Owner != nil && *f.Owner == by:
		return ErrAppealBack
	case !f.Standing:
		return ErrAppealFile
	case day > l.Until(days):
		return ErrAppealLate
	}
	return nil
}

// Appeal is whom an appeal concerns.
type Appeal struct {
	ID      kernel.UUID
	File    kernel.FileID
	Store   kernel.StoreID
	Person  kernel.PersonID // who lost the guest
	State   AppealState
	Owner   *kernel.PersonID // whose the guest is now: a newer tie
	Offered kernel.PersonID  // who is taking him on; zero: nobody
}

// Concerns reports whether somebody has part in it and so may not decide it
// (ROL-04): who appeals, who has the guest by now, and who takes him on.
func (a Appeal) Concerns(p kernel.PersonID) bool {
	return p == a.Person || a.Owner != nil && p == *a.Owner || p == a.Offered && !p.IsZero()
}

// Within reports whether somebody sees the appeal: who made it always does.
func (a Appeal) Within(g kernel.Grant) bool {
	return a.Person == g.Person() || g.Covers(a.Store, false)
}

// Decide says whether somebody may grant or refuse the appeal, and for whom he
// does; nil: in his own right. Against a newer tie only head office grants
// (LIF-14). Faults: appeal.over, appeal.own (ROL-04), appeal.head_office.
func (a Appeal) Decide(manager kernel.Grant, granted bool) (*kernel.Delegated, error) {
	if a.State != AppealOpen {
		return nil, ErrAppealOver
	}
	whom, ok := manager.Decide(a.Store, a.Concerns)
	switch {
	case !ok:
		return nil, ErrOwnAppeal
	case granted && a.Owner != nil && !manager.Without(a.Concerns).Tenant():
		return nil, ErrAppealHQ
	}
	return whom, nil
}

// AppealEvidence is what a decision on an appeal rests on; its JSON is what the
// decision keeps.
type AppealEvidence struct {
	Appeal  kernel.UUID         `json:"appeal"`
	Against kernel.UUID         `json:"against"` // the decision that was contested
	Rule    string              `json:"rule"`    // its rule
	LostOn  kernel.BusinessDate `json:"lost_on"`
	Since   kernel.BusinessDate `json:"since"` // the old start of the tie
	Person  kernel.PersonID     `json:"person"`
	Granted bool                `json:"granted"`
	By      kernel.PersonID     `json:"by"`
	For     *kernel.PersonID    `json:"for,omitempty"` // whose delegate he was
	Visits  int                 `json:"visits"`        // he referred to
}
