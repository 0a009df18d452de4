package visitapp

import (
	"context"
	"fmt"
	"strconv"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// CopyOf tells whoever has a number what bookings and visits are held about him,
// in every store (DEL-03): a port of customer.
func (a *App) CopyOf(ctx context.Context, id kernel.TenantID, numberKey []byte) ([]customer.Sheet, error) {
	stores, err := a.Stores.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	names, ids := map[kernel.StoreID]string{}, []kernel.UUID{}
	for _, s := range stores {
		names[s.ID], ids = s.Name, append(ids, kernel.UUID(s.ID))
	}
	q := visitdb.New(a.DB.Single(id))
	bookings := customer.Sheet{Title: "预定记录", Head: []string{"门店", "日期", "市别", "类型", "状态", "登记姓名", "人数", "备注"}}
	booked, err := q.BookingsOfNumber(ctx, id, numberKey)
	if err != nil {
		return nil, err
	}
	for _, b := range booked {
		bookings.Rows = append(bookings.Rows, []string{
			names[b.StoreID], b.BusinessDate.String(), mealName(b.MealPeriod), kindNames[visit.Kind(b.Kind)], stateNames[visit.State(b.State)], b.GuestName, strconv.Itoa(int(b.Guests)), b.Note,
		})
	}
	visits := customer.Sheet{Title: "消费记录", Head: []string{"门店", "日期", "市别", "账单数", "金额（元）"}}
	came, err := q.VisitsOfNumber(ctx, ids, id, numberKey)
	if err != nil {
		return nil, err
	}
	for _, v := range came {
		visits.Rows = append(visits.Rows, []string{
			names[v.StoreID], v.BusinessDate.String(), mealName(v.MealPeriod), strconv.Itoa(int(v.Bills)), fmt.Sprintf("%d.%02d", v.AmountFen/100, v.AmountFen%100),
		})
	}
	return []customer.Sheet{bookings, visits}, nil
}

func mealName(m int16) string { return mealNames[tenant.MealPeriod(m)] }

var mealNames = map[tenant.MealPeriod]string{tenant.Lunch: "午市", tenant.Tea: "下午茶", tenant.Dinner: "晚市", tenant.Supper: "夜宵"}

var kindNames = map[visit.Kind]string{visit.Hall: "散台", visit.Room: "包间", visit.Banquet: "包席"}

var stateNames = map[visit.State]string{
	visit.Requested: "待确认", visit.Confirmed: "已预定", visit.Seated: "已入座", visit.Finished: "已离席", visit.Cancelled: "已取消", visit.NoShow: "未到店",
}
