package main

import (
	"fmt"
	"slices"
	"time"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// The judges of the checks. Each gives what it saw, in a few words.

func (e *evidence) billsArrive() (bool, words) {
	return len(e.newest) >= 20, say("%d 张账单", "%d bills", len(e.newest))
}

func (e *evidence) everyKey() (bool, words) {
	all, bare, reused := e.came(""), 0, 0
	for _, c := range all {
		if c.GetKeyHash() == "" {
			bare++
		}
		if c.GetReason() == "pos.idempotency_key_reused" {
			reused++
		}
	}
	return len(all) > 0 && bare == 0 && reused == 0, say("%d 次写入，%d 次没有键，%d 次用旧键发新内容", "%d writes, %d without a key, %d with an old key for a new content", len(all), bare, reused)
}

func (e *evidence) sameKey() (bool, words) {
	retries, other := 0, 0
	for _, c := range e.came("") {
		if c.GetCode() != "unavailable" && c.GetCode() != "resource_exhausted" {
			continue
		}
		if n := e.again(c); n != nil {
			retries++
			if n.GetKeyHash() == "" || n.GetKeyHash() != c.GetKeyHash() {
				other++
			}
		}
	}
	return retries > 0 && other == 0, say("%d 次重试，%d 次换了键", "%d retries, %d under another key", retries, other)
}

func (e *evidence) retriesRefused() (bool, words) {
	return e.retried(posv1.TroubleKind_TROUBLE_KIND_REFUSE, words{"拒绝", "refused"})
}

func (e *evidence) retriesLost() (bool, words) {
	return e.retried(posv1.TroubleKind_TROUBLE_KIND_LOSE, words{"丢了应答", "answers lost"})
}

// retried says how many of the writes that ran into a trouble came through later.
func (e *evidence) retried(kind posv1.TroubleKind, what words) (bool, words) {
	hit, through := e.befell(kind), 0
	for _, c := range hit {
		if e.atLast(c) {
			through++
		}
	}
	return len(hit) > 0 && through == len(hit), say(what.ZH+" %d 次，其中 %d 次重试成功", what.EN+" %d times, %d went through later", len(hit), through)
}

func (e *evidence) backsOff() (bool, words) {
	times := map[string][]time.Time{}
	worst := 0
	for _, c := range e.came("") {
		id := c.GetMethod() + c.GetBodyHash()
		at := c.GetReceiveTime().AsTime()
		times[id] = append(slices.DeleteFunc(times[id], func(t time.Time) bool { return at.Sub(t) > time.Second }), at)
		worst = max(worst, len(times[id]))
	}
	return worst > 0 && worst <= 5, say("同一内容一秒内最多 %d 次", "at most %d tries of one content within a second", worst)
}

func (e *evidence) heedsRetryAfter() (bool, words) {
	hit := e.befell(posv1.TroubleKind_TROUBLE_KIND_LIMIT)
	for _, c := range hit {
		n := e.again(c)
		if n == nil || !e.atLast(c) {
			return false, words{"限流后没有再发", "after the limit it never came again"}
		}
		if waited := n.GetReceiveTime().AsTime().Sub(ended(c)); waited < limitWait-50*time.Millisecond {
			return false, say("只等了 %d 毫秒", "it waited %d milliseconds only", waited.Milliseconds())
		}
	}
	return len(hit) > 0, say("限流 %d 次，都等够了", "%d times limited, each waited for", len(hit))
}

func (e *evidence) givesUpLookup() (bool, words) {
	for _, c := range e.came("LookupGuest") {
		if c.GetTrouble() != posv1.TroubleKind_TROUBLE_KIND_SLOW {
			continue
		}
		sold := slices.ContainsFunc(e.came("RecordBills"), func(b *posv1.SandboxCall) bool {
			return b.GetReceiveTime().AsTime().After(c.GetReceiveTime().AsTime()) && b.GetCode() == "ok"
		})
		return c.GetTookMs() < 1500 && c.GetCode() != "ok" && sold, say("等了 %d 毫秒", "it waited %d milliseconds", c.GetTookMs())
	}
	return false, words{"没有查过客", "no guest was looked up"}
}

func (e *evidence) revisionsCount() (bool, words) {
	have, more := map[string][]int32{}, 0
	for _, r := range e.bills {
		have[r.GetBill().GetBillNo()] = append(have[r.GetBill().GetBillNo()], r.GetBill().GetRevision())
	}
	for no, revisions := range have {
		slices.Sort(revisions)
		if len(revisions) > 1 {
			more++
		}
		for i, n := range revisions {
			if n != int32(i)+1 {
				return false, say("账单 %s 有修订 %v", "bill %s has the revisions %v", no, revisions)
			}
		}
	}
	return more > 0, say("%d 张账单有多次修订", "%d bills with several revisions", more)
}

func (e *evidence) nothingOpen() (bool, words) {
	for no, r := range e.newest {
		if s := r.GetBill().GetStatus(); s == changke.Opened || s == changke.Reopened {
			return false, say("账单 %s 还没有结", "bill %s is still open", no)
		}
	}
	return len(e.newest) > 0, say("%d 张都已了结", "%d bills, all settled", len(e.newest))
}

// some reports whether some bill that holds is so.
func (e *evidence) some(is func(b *visitv1.Bill) bool) (n int) {
	for _, r := range e.newest {
		if is(r.GetBill()) {
			n++
		}
	}
	return n
}

func (e *evidence) voids() (bool, words) {
	n := e.some(func(b *visitv1.Bill) bool { return b.GetStatus() == changke.Voided && b.GetRevision() > 1 })
	return n > 0, say("作废 %d 张", "%d voided", n)
}

func (e *evidence) refunds() (bool, words) {
	n := e.some(func(b *visitv1.Bill) bool { return len(b.GetRefunds()) > 0 || b.GetRefundOf() != "" })
	return n > 0, say("退款 %d 笔", "%d refunds", n)
}

func (e *evidence) splitsAndMerges() (bool, words) {
	split := e.some(func(b *visitv1.Bill) bool { return b.GetSplitFrom() != "" && e.newest[b.GetSplitFrom()] != nil })
	merged := e.some(func(b *visitv1.Bill) bool {
		return b.GetStatus() == changke.Merged && e.newest[b.GetMergedInto()] != nil
	})
	return split > 0 && merged > 0, say("拆单 %d，并单 %d", "%d split, %d merged", split, merged)
}

func (e *evidence) bookingToBill() (bool, words) {
	ok := func(method string) (n int) {
		for _, c := range e.came(method) {
			if c.GetCode() == "ok" {
				n++
			}
		}
		return n
	}
	booked, seated := ok("UpsertBooking"), ok("SeatBooking")
	billed := e.some(func(b *visitv1.Bill) bool { return b.GetBookingRef() != "" })
	return booked > 0 && seated > 0 && billed > 0, say("录入 %d 次，入座 %d 次，%d 张账单写了预定号", "entered %d times, seated %d times, %d bills name a booking", booked, seated, billed)
}

func (e *evidence) batches() (bool, words) {
	most := int32(0)
	for _, c := range e.came("RecordBills") {
		if c.GetCode() == "ok" {
			most = max(most, c.GetItems())
		}
	}
	return most >= 5, say("一次最多 %d 张", "%d bills in one call at most", most)
}

func (e *evidence) totalsMatch() (bool, words) {
	t := e.totals
	if !t.GetTold() {
		return false, words{"没有报日结", "no totals were told"}
	}
	return t.GetMatches(), say("报 %d 笔 %d 分，收到 %d 笔 %d 分", "told %d bills and %d fen, arrived %d bills and %d fen", t.GetToldCount(), t.GetToldFen(), t.GetHeldCount(), t.GetHeldFen())
}

// clockRight looks at the bill that came last. Whole days are left aside: a sandbox's
// calendar may be ahead of the till's.
func (e *evidence) clockRight() (bool, words) {
	if len(e.bills) == 0 {
		return false, words{"没有账单", "no bills"}
	}
	last := e.bills[len(e.bills)-1]
	lag := last.GetRecordTime().AsTime().Sub(last.GetBill().GetCloseTime().AsTime())
	lag -= lag.Round(24 * time.Hour)
	return lag.Abs() <= 5*time.Minute, say("最后一张账单 %s 的时间与到达相差 %s", "the last bill, %s, arrived %s from its closing", last.GetBill().GetBillNo(), lag.Round(time.Second))
}

func (e *evidence) reconciles() (bool, words) {
	pages := 0
	for _, c := range e.came("ListBillsUpdatedSince") {
		if c.GetCursor() && c.GetCode() == "ok" {
			pages++
		}
	}
	return pages > 0, say("接着游标读了 %d 页", "%d pages read from a cursor", pages)
}

func (e *evidence) hookAnswers() (bool, words) { return e.pushed(true, "2xx") }

func (e *evidence) hookProves() (bool, words) { return e.pushed(false, "4xx") }

// pushed says how events were answered that are to be accepted, or refused.
func (e *evidence) pushed(wanted bool, good string) (bool, words) {
	n := 0
	for _, p := range e.pushes {
		switch {
		case p.wanted != wanted:
		case p.status == 0:
			return false, words{p.what.ZH + "没有应答", "no answer to " + p.what.EN}
		case !p.right():
			return false, words{fmt.Sprintf("%s答了 %d", p.what.ZH, p.status), fmt.Sprintf("%d answered to %s", p.status, p.what.EN)}
		default:
			n++
		}
	}
	if n == 0 {
		return false, words{"没有给出接收地址", "no address of a receiver was given"}
	}
	return true, say("推送 %d 次，都答了 %s", "%d events, each answered %s", n, good)
}
