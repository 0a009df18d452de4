package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
)

// limitWait is the Retry-After of the trouble that the certification orders.
const limitWait = 2 * time.Second

// troubles are what a vendor's day runs into during the certification.
var troubles = []*posv1.OrderedTrouble{
	{Method: "RecordBills", Kind: posv1.TroubleKind_TROUBLE_KIND_REFUSE, Calls: 2},
	{Method: "RecordBills", Kind: posv1.TroubleKind_TROUBLE_KIND_LOSE, Calls: 2},
	{Method: "RecordBills", Kind: posv1.TroubleKind_TROUBLE_KIND_LIMIT, Calls: 1, WaitMs: int32(limitWait.Milliseconds())},
	{Method: "UpsertBooking", Kind: posv1.TroubleKind_TROUBLE_KIND_LOSE, Calls: 1},
	{Method: "LookupGuest", Kind: posv1.TroubleKind_TROUBLE_KIND_SLOW, Calls: 1, WaitMs: 2500},
}

// script is what a vendor is asked to do with his own till.
var script = words{`请用您的收银系统在沙箱门店 %s 过完一个营业日（%s），其间沙箱会故意拒绝、丢失、限制和拖慢几次调用：
  1. 录入一个今天的预定，让客人入座；结账时账单带上预定号。
  2. 收至少 20 张账单，部分带客人号码，收银前查一下客人是谁。
  3. 作废一张，退一笔款，拆一张，并一张，改一张（修订号加 1）。
  4. 断网半小时，其间收至少 5 张；恢复后成批补传。
  5. 最后现收一张账单，报日结，再用对账接口从头读到尾；过几秒，从存下的游标接着读一次。
  推送的接收程序请一直开着（--webhook、--webhook-secret）：过完这一天会推几次，有真有假。
等到报了日结、接着游标读过对账，最多 %s；也可以之后用 --certify --judge 评定。
`, `Live one business day in store %s with your own till (%s); the sandbox will refuse, lose, limit and slow down some calls.
  1. Enter a booking of today and seat its guests; the bill names the booking.
  2. Close at least 20 bills, some with a guest's number; look the guest up before.
  3. Void one, refund one, split one, merge one, change one (the next revision).
  4. Half an hour without a line: close at least 5; send them together once it is back.
  5. Close a last bill right then, tell the day's totals, read the feed from its beginning to its end; some seconds later read on from the cursor you saved.
  Keep your receiver of webhooks running (--webhook, --webhook-secret): events follow the day, true ones and false ones.
This waits until totals were told and the feed was read on from a cursor, for %s at most; --certify --judge judges later.
`}

// result is how a check came out.
type result struct {
	No     int    `json:"no"`
	Name   string `json:"name"`
	Title  words  `json:"title"`
	Passed bool   `json:"passed"`
	Seen   words  `json:"seen"`
	Mend   *words `json:"mend,omitempty"` // only of a failed one
}

// certify orders troubles, waits for the vendor's day, and judges it.
func (o options) certify(ctx context.Context) error {
	if o.Play && o.Webhook == "" {
		stop, err := o.receive(ctx)
		if err != nil {
			return err
		}
		defer stop()
	}
	if !o.Judge {
		if err := o.arm(ctx); err != nil {
			return err
		}
	}
	e, err := gather(ctx, o)
	if err != nil {
		return err
	}
	results := judge(e)
	fmt.Print(report(results, o.Lang))
	if o.JSON != "" {
		if err := writeJSON(o.JSON, results); err != nil {
			return err
		}
	}
	for _, r := range results {
		if !r.Passed {
			return errNotCertified
		}
	}
	return nil
}

// arm orders the troubles and lives through the day: the vendor's, or with --play
// one of our own.
func (o options) arm(ctx context.Context) error {
	client := sandboxClient(o, http.DefaultTransport)
	box, err := client.OrderTrouble(ctx, &posv1.OrderTroubleRequest{Troubles: troubles})
	if err != nil {
		return fmt.Errorf("this key opens no sandbox: %w", err)
	}
	if o.Play {
		return o.example(ctx)
	}
	fmt.Print(say(script.ZH, script.EN, o.Store, box.GetSandbox().GetBusinessDate(), o.Wait).in(o.Lang))
	return o.await(ctx)
}

// example is the day of a till that does everything right.
func (o options) example(ctx context.Context) error {
	o.Live = true
	t, err := newTill(ctx, o)
	if err != nil {
		return err
	}
	defer t.close()
	s, err := t.play(ctx)
	if err == nil {
		fmt.Print(s)
	}
	return err
}

// await waits until the vendor has told totals, read the feed on, and calls no more.
func (o options) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.Wait)
	defer cancel()
	for before := 0; ; {
		calls, err := callsOf(ctx, o)
		if err != nil && ctx.Err() == nil {
			return err
		}
		told, read := false, false
		for _, c := range calls {
			told = told || c.GetMethod() == "ReportDayTotals" && c.GetCode() == "ok"
			read = read || told && c.GetMethod() == "ListBillsUpdatedSince" && c.GetCursor()
		}
		if told && read && len(calls) == before {
			return nil
		}
		before = len(calls)
		timer := time.NewTimer(2 * time.Second)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil // what there is is judged
		case <-timer.C:
		}
	}
}

// judge puts the evidence before every check.
func judge(e *evidence) []result {
	out := make([]result, len(checks))
	for i, c := range checks {
		r := result{No: c.No, Name: c.Name, Title: c.Title}
		if r.Passed, r.Seen = c.judge(e); !r.Passed {
			r.Mend = &c.Mend
		}
		out[i] = r
	}
	return out
}

// report is the results as people read them, in a language.
func report(results []result, lang string) string {
	var out strings.Builder
	passed := 0
	for _, r := range results {
		mark := words{"未通过", "failed"}
		if r.Passed {
			mark = words{"通过  ", "passed"}
			passed++
		}
		line := words{r.Title.ZH + "：" + r.Seen.ZH, r.Title.EN + ": " + r.Seen.EN}
		fmt.Fprintf(&out, "%2d %s %s\n", r.No, mark.in(lang), line.in(lang))
		if !r.Passed {
			fmt.Fprintf(&out, "     → %s\n", r.Mend.in(lang))
		}
	}
	fmt.Fprintf(&out, "%d / %d\n", passed, len(results))
	return out.String()
}

func writeJSON(path string, results []result) error {
	b, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}
