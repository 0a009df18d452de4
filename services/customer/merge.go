package customer

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// MergePermission lets head office make one file of two, and two of them again.
const MergePermission = "customer.merge"

// RuleMerge is what merging rests on: one guest, one file, one referrer in a store.
const RuleMerge = "CUS-10"

// Merged is the state of a file that is part of another one: it has no standing,
// no number and no owner, and leads to the file it became part of.
const Merged State = "merged"

// Faults of merging; each says what to settle first.
var (
	ErrMerged          = fault.New(fault.Conflict, "customer.merged", "这份档案已并入另一份档案，请到保留的那一份办理。")
	ErrMergeSame       = fault.New(fault.Invalid, "merge.same_file", "请选择两份不同的档案。")
	ErrMergeStores     = fault.New(fault.Conflict, "merge.other_store", "两份档案不在同一家门店。同一位客人在每家店各有一份档案，不用合并。")
	ErrMergeStanding   = fault.New(fault.Conflict, "merge.no_standing", "两份档案都要审核通过才能合并。没有通过的那一份，请先审核，或让建档人放弃。")
	ErrMergeOwn        = fault.New(fault.Forbidden, "merge.own_guest", "不能合并自己维系或自己建立的档案，也不能代本人合并，请由总部其他人办理。")
	ErrMergeReason     = fault.Field("reason", RuleMerge, "请写明怎样确认是同一位客人，2 到 200 个字。")
	ErrMergeRevision   = fault.New(fault.Conflict, "merge.open_revision", "两份档案中有一份正在修改或等待审核，请先审核完再合并。")
	ErrMergeChange     = fault.New(fault.Conflict, "merge.open_change", "两份档案中有一份的变更申请还没有办理，请先办理或撤回。")
	ErrMergeConflict   = fault.New(fault.Conflict, "merge.open_conflict", "两份档案中有一份正在归属争议中，请等争议有了结果再合并。")
	ErrMergeDeletion   = fault.New(fault.Conflict, "merge.open_deletion", "两份档案中有一份的删除申请还没有办理，请先办理或撤回。")
	ErrMergeCheck      = fault.New(fault.Conflict, "merge.open_check", "要并入的档案在本月抽查之中，请先抽查完再合并。")
	ErrMergeGuestAsked = fault.New(fault.Conflict, "merge.open_request", "这位客人查阅、更正或删除本人信息的请求还没有办完，请先办完再合并。")
	ErrMergeContact    = fault.New(fault.Conflict, "merge.contact_clash", "要并入的档案的号码，已登记为保留的档案的联系人号码。请先删除那个联系人，再合并。")
	ErrMergeAppeal     = fault.New(fault.Conflict, "merge.open_appeal", "其中一份档案的原推荐人正在申诉，请等申诉有了结果再合并。")
	ErrMergeOffer      = fault.New(fault.Conflict, "merge.open_offer", "两份档案中有一份正在等人认养或认领，请等有了结果再合并。")
	ErrMergeNoOwner    = fault.New(fault.Conflict, "merge.no_owner", "要并入的档案现在没有推荐人，不能由他维系，请重新选择。")
	ErrNoMerge         = fault.New(fault.NotFound, "merge.not_found", "没有找到这次合并。")
	ErrMergeUndone     = fault.New(fault.Conflict, "merge.undone", "这次合并已经撤销，请刷新。")
	ErrMergeNotLast    = fault.New(fault.Conflict, "merge.not_last", "这次合并之后又合并过，请先撤销后一次。")
	ErrMergeGone       = fault.New(fault.Conflict, "merge.gone", "合并后的档案已经删除或终止，不能再撤销合并。")
	ErrMergeNumbers    = fault.New(fault.Conflict, "merge.numbers_changed", "并入的号码合并之后又改过，不能直接撤销。请先在保留的档案上把并入的号码恢复为本人的其他号码。")
	ErrMergeMoved      = fault.New(fault.Conflict, "merge.store_moved", "合并之后这份档案已随门店合并或闭店转到别的门店，不能再撤销。如果确实是两位客人，请在现在的门店为另一位重新建档。")
)

// MergePart is one of two files that are to become one, as it is locked.
type MergePart struct {
	File        kernel.FileID
	Store       kernel.StoreID
	State       State
	ApprovedOn  *kernel.BusinessDate
	Owner       *kernel.PersonID
	Writer      kernel.PersonID
	Editor      *kernel.PersonID
	Blacklisted bool
}

// Concerns reports whether somebody has part in the file (ROL-04).
func (p MergePart) Concerns(who kernel.PersonID) bool {
	return Row{Owner: p.Owner, Writer: p.Writer, Editor: p.Editor}.Concerns(who)
}

// Unsettled says what still waits on one of two files and so keeps them apart.
type Unsettled struct {
	Revision, Change, Conflict, Deletion, Check, GuestAsked, Contact bool
	Contacts                                                         int // the survivor's with those that would come
}

// Fault says what to settle first; nil: nothing.
func (u Unsettled) Fault() error {
	for _, c := range []struct {
		open bool
		err  error
	}{
		{u.Revision, ErrMergeRevision},
		{u.Change, ErrMergeChange},
		{u.Conflict, ErrMergeConflict},
		{u.Deletion, ErrMergeDeletion},
		{u.Check, ErrMergeCheck},
		{u.GuestAsked, ErrMergeGuestAsked},
		{u.Contact, ErrMergeContact},
		{u.Contacts > MaxContacts, ErrTooMany},
	} {
		if c.open {
			return c.err
		}
	}
	return nil
}

// CheckMerge says whether two files may become one, but for what is unsettled.
func CheckMerge(survivor, merged MergePart) error {
	for _, p := range []MergePart{survivor, merged} {
		if p.State == Merged {
			return ErrMerged
		}
		if p.State == Deleted {
			return ErrNotFound
		}
	}
	switch {
	case survivor.File == merged.File:
		return ErrMergeSame
	case survivor.Store != merged.Store:
		return ErrMergeStores
	case survivor.ApprovedOn == nil || merged.ApprovedOn == nil:
		return ErrMergeStanding
	case survivor.Editor != nil || merged.Editor != nil:
		return ErrMergeRevision
	}
	return nil
}

// NumberMerge tells visit that a file's numbers are another's from now on.
type NumberMerge struct {
	ID               kernel.UUID
	Survivor, Merged kernel.FileID
	// First approvals before. Numbers that count since then count from the earlier
	// of both: the guest was on file from that day.
	SurvivorOn, MergedOn kernel.BusinessDate
}

// VisitMerge is what counted of two files before, and of the one after: meals in
// which he came under several numbers are one visit (VIS-08).
type VisitMerge struct {
	Survivor, Merged, After VisitSummary
}

// TieMerge tells ownership that two files become one, or two again.
type TieMerge struct {
	ID               kernel.UUID
	Survivor, Merged kernel.FileID
	Store            kernel.StoreID
	FromMerged       bool // the merged file's owner keeps the guest; false: the survivor's, if he has one
	On               kernel.BusinessDate
	RuleVersion      int32
	By               kernel.PersonID
	For              *kernel.PersonID
	ApprovedOn       kernel.BusinessDate // of the survivor, after
	Visits           VisitMerge
}

// MergedTies says whose the files were and whose the survivor is; nil: nobody's.
type MergedTies struct {
	SurvivorOwner, MergedOwner, After *kernel.PersonID
}

// Merge is a merging as its page shows it.
type Merge struct {
	ID               kernel.UUID
	Survivor, Merged kernel.FileID
	Store            kernel.StoreID
	Reason           string // empty: erased
	By               kernel.PersonID
	For              *kernel.PersonID
	At               time.Time
	UndoneBy         *kernel.PersonID
	UndoneFor        *kernel.PersonID
	UndoneAt         *time.Time
}

// MergeReason cleans why two files are one guest's. Fault: invalid_field at
// "reason".
func MergeReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n < 2 || n > 200 || !utf8.ValidString(reason) || strings.ContainsRune(reason, 0) {
		return "", ErrMergeReason
	}
	return reason, nil
}
