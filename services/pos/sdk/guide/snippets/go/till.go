// Package snippets is the Go code that the vendor's guide shows; the guide's tests
// run all of it against a server.
package snippets

// [import]
import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	changke "github.com/changke/changke/services/pos/sdk/go"
)

// [end]

// NewClient is chapter 1.
func NewClient() (*changke.Client, error) {
	// [client]
	client, err := changke.New(os.Getenv("CHANGKE_URL"), os.Getenv("CHANGKE_KEY"),
		changke.WithUserAgent("demo-till/3.2"))
	// [end]
	return client, err
}

// FirstBill is chapter 2.
func FirstBill(ctx context.Context, client *changke.Client, today string) error {
	// [first-bill]
	closed, err := time.Parse(time.RFC3339, today+"T20:15:00+08:00")
	if err != nil {
		return err
	}
	bill := &changke.Bill{
		StoreCode:    "S01",
		Source:       "demo-go",
		BillNo:       today + "-0001",
		Revision:     1,
		Number:       "138 1001 0001",
		BusinessDate: today,
		MealPeriod:   changke.Dinner,
		CloseTime:    timestamppb.New(closed),
		AmountFen:    128800, // 1288.00 元
		Status:       changke.Paid,
		TableName:    "牡丹厅",
	}
	answer, err := client.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{bill}})
	if err != nil {
		return err
	}
	for _, r := range answer.GetResults() {
		if r.GetOutcome() == changke.Refused {
			return fmt.Errorf("账单被拒绝 %s：%s", r.GetReason(), r.GetMessage())
		}
	}
	// [end]
	return refund(ctx, client, bill)
}

// refund is chapter 2: what changes is a higher revision.
func refund(ctx context.Context, client *changke.Client, bill *changke.Bill) error {
	// [revision]
	bill.Revision = 2
	bill.AmountFen = 118800
	bill.Refunds = []*changke.BillRefund{{AmountFen: 10000, RefundTime: timestamppb.Now()}}
	_, err := client.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{bill}})
	// [end]
	return err
}

// SendWithOwnKey is chapter 3.
func SendWithOwnKey(ctx context.Context, client *changke.Client, request *changke.RecordBillsRequest, savedKey string) error {
	// [own-key]
	ctx = changke.WithIdempotencyKey(ctx, savedKey) // 与请求一起存盘，重启后原样再用
	_, err := client.RecordBills(ctx, request)
	// [end]
	return err
}

// Offline is chapter 4.
func Offline(ctx context.Context, client *changke.Client, dir string, bill *changke.Bill, warn func(string)) error {
	// [queue]
	queue, err := changke.OpenQueue(dir) // 一个目录只给一个进程
	if err != nil {
		return err
	}
	defer queue.Close()

	if err := queue.Add(bill); err != nil { // 返回 nil 即已落盘，断电也不丢
		return err
	}

	// 网络恢复时、以及每隔几分钟调用一次
	if _, err := queue.Drain(ctx, client); err != nil {
		slog.Warn("还没有传完，稍后再传", "剩余", queue.Len(), "原因", err)
	}
	for _, d := range queue.DeadLetters() { // 被拒绝的账单：不会丢，要人来看
		warn(d.Bill.GetBillNo() + "：" + d.Message)
	}
	// [end]
	return nil
}

// Reconcile is chapter 5.
func Reconcile(ctx context.Context, client *changke.Client, cursor string, have func(*changke.RecordedBill) error, save func(cursor string) error) error {
	// [feed]
	for page, err := range client.Pages(ctx, changke.Feed{Store: "S01", Source: "demo-go", Cursor: cursor}) {
		if err != nil {
			return err
		}
		for _, bill := range page.Bills {
			if err := have(bill); err != nil {
				return err
			}
		}
		if err := save(page.Cursor); err != nil { // 处理完一页再存
			return err
		}
	}
	// [end]
	return nil
}

// DayTotals is chapter 5.
func DayTotals(ctx context.Context, client *changke.Client, today string) error {
	// [totals]
	answer, err := client.ReportDayTotals(ctx, &changke.ReportDayTotalsRequest{Totals: []*changke.DayTotal{
		{StoreCode: "S01", BusinessDate: today, Source: "demo-go", BillCount: 1, AmountFen: 118800},
	}})
	if err != nil {
		return err
	}
	for _, t := range answer.GetTotals() {
		if !t.GetMatches() {
			return fmt.Errorf("%s 对不上：收银 %d 张 %d 分，常客 %d 张 %d 分", t.GetBusinessDate(),
				t.GetToldCount(), t.GetToldFen(), t.GetHeldCount(), t.GetHeldFen())
		}
	}
	// [end]
	return nil
}

// Lookup is chapter 6.
func Lookup(ctx context.Context, client *changke.Client, number string, show func(string)) {
	// [lookup]
	guest, err := client.LookupGuest(ctx, &changke.LookupGuestRequest{StoreCode: "S01", Number: number})
	switch {
	case err != nil: // 300 毫秒没有回答就算了，收银照常进行
		slog.Info("没有查到客人", "原因", changke.Reason(err))
	case guest.GetBlacklisted():
		show("请叫店长")
	case guest.GetGuestClass() != changke.GuestUnknown:
		show(guest.GetSalutation() + "　忌口：" + guest.GetAllergies())
	}
	// [end]
}

// Booking is chapter 7.
func Booking(ctx context.Context, client *changke.Client, today, booker string) error {
	// [booking]
	booked, err := client.UpsertBooking(ctx, &changke.UpsertBookingRequest{
		StoreCode:    "S01",
		Ref:          "Y-" + today + "-01", // 贵方的预定号，永远指这一个预定
		State:        changke.Confirmed,
		BusinessDate: today,
		MealPeriod:   changke.Supper,
		Number:       "138 1001 0001",
		GuestName:    "王先生",
		BookerNo:     booker, // 订单人的员工号
		Kind:         changke.Hall,
		Guests:       4,
		ArriveTime:   "21:30",
		SendNotice:   true,
	})
	if err != nil {
		return err
	}
	slog.Info("已登记", "状态", booked.GetBooking().GetState(), "通知", booked.GetBooking().GetNoticeTime().AsTime())

	_, err = client.SeatBooking(ctx, &changke.SeatBookingRequest{StoreCode: "S01", Ref: "Y-" + today + "-01"}) // 客人到店
	// [end]
	return err
}

// Ring is chapter 8.
func Ring(ctx context.Context, client *changke.Client, today, number string) error {
	// [ring]
	_, err := client.RingCall(ctx, &changke.RingCallRequest{
		StoreCode: "S01", Source: "pbx", CallId: today + "-17", Number: number, Line: "8001",
	})
	// [end]
	return err
}

// Explain is chapter 10.
func Explain(ctx context.Context, client *changke.Client) (words string) {
	// [errors]
	_, err := client.GetBill(ctx, &changke.GetBillRequest{StoreCode: "S01", Source: "demo-go", BillNo: "没有这张"})
	var e *changke.Error
	if errors.As(err, &e) {
		switch {
		case e.Reason == "bill.not_found":
			words = "这张账单还没有传过"
		case e.Temporary():
			words = "稍后原样重发"
		default:
			words = e.Message + "（请求编号 " + e.RequestID + "）"
		}
	}
	// [end]
	return words
}
