package customer

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// CheckResult is what head office found behind a file it spot-checked (CUS-04);
// the texts are those in the database.
type CheckResult string

// The results; empty: not checked yet.
const (
	CheckFine    CheckResult = "fine"
	CheckFinding CheckResult = "finding"  // something is not as the file says: it goes back to the referrer
	CheckNotReal CheckResult = "not_real" // no real guest: ends the standing (CUS-12)
)

// SpotCheck is a file drawn for a month.
type SpotCheck struct {
	Month      kernel.Month
	File       kernel.FileID
	Store      kernel.StoreID
	Referrer   kernel.PersonID // who submitted what was approved
	Reviewer   kernel.PersonID // who approved it
	ApprovedOn kernel.BusinessDate
	Result     CheckResult
	Checker    *kernel.PersonID
	CheckedAt  *time.Time
	Findings   []Reason
}

// Concerns reports whether a check is of somebody's own work (ROL-04).
func (s SpotCheck) Concerns(p kernel.PersonID) bool { return s.Referrer == p || s.Reviewer == p }

// Faults of spot checks.
var (
	ErrNoSpotCheck = fault.New(fault.NotFound, "spot_check.not_found", "这份档案不在这个月的抽查名单里。")
	ErrSpotChecked = fault.New(fault.Conflict, "spot_check.already_checked", "这份档案已经登记过抽查结果，请刷新。")
	ErrOwnCheck    = fault.New(fault.Conflict, "spot_check.own", "这份档案由您本人提交或审核，请由其他人抽查。")
	ErrNotReal     = fault.Fields("spot_check.not_confirmed", "登记为“不是真实客人”会终止这份档案，请确认。",
		fault.Violation{Field: "confirmed", Rule: "CUS-12", Message: "请先确认：档案终止，号码释放，归属结束，不能撤销。"})
	errFindings = fault.Field("findings", "CUS-04", "请写明是哪一栏、哪里不符，每栏最多 200 个字。")
)

// Draw picks the files of one store that are checked for a month (CUS-04): the
// share in percent, rounded up, so at least one where any was approved. The same
// seed and files give the same draw, in whatever order they come.
func Draw(seed []byte, store kernel.StoreID, files []kernel.FileID, percent int64) []kernel.FileID {
	type lot struct {
		rank []byte
		file kernel.FileID
	}
	lots := make([]lot, len(files))
	for i, file := range files {
		mac := hmac.New(sha256.New, seed)
		_, _ = mac.Write(store[:])
		_, _ = mac.Write(file[:])
		lots[i] = lot{mac.Sum(nil), file}
	}
	slices.SortFunc(lots, func(a, b lot) int { return bytes.Compare(a.rank, b.rank) })
	n := (int64(len(files))*percent + 99) / 100
	out := make([]kernel.FileID, n)
	for i := range out {
		out[i] = lots[i].file
	}
	slices.SortFunc(out, func(a, b kernel.FileID) int { return bytes.Compare(a[:], b[:]) })
	return out
}

// CheckFindings cleans what was found, which stands at fields of the template
// and is there exactly when something was found.
func CheckFindings(t Template, result CheckResult, findings []Reason) ([]Reason, error) {
	out := make([]Reason, len(findings))
	for i, f := range findings {
		f.Reason = strings.TrimSpace(f.Reason)
		if n := utf8.RuneCountInString(f.Reason); n == 0 || n > maxReason || !slices.Contains(t.Names(), f.Field) {
			return nil, errFindings
		}
		out[i] = f
	}
	if (result == CheckFinding) != (len(out) > 0) && result != CheckNotReal {
		return nil, errFindings
	}
	return out, nil
}
