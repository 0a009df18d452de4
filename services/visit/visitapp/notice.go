package visitapp

import (
	"fmt"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/tenant"
)

var mealText = map[tenant.MealPeriod]string{tenant.Lunch: "午市", tenant.Tea: "下午茶", tenant.Dinner: "晚市", tenant.Supper: "夜宵"}

var weekdays = [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// occasion is what a notice says of a booking.
type occasion struct {
	store  tenant.Store
	date   kernel.BusinessDate
	meal   tenant.MealPeriod
	guest  string
	guests int32
	place  string // room or table
	host   string // who took the booking
}

// notice fills a template (VIS-03, VIS-04).
func (o occasion) notice(template string, number kernel.Phone) message.New {
	day := o.date.Time()
	params := map[string]string{
		message.ParamStore: o.store.Name,
		message.ParamDate:  fmt.Sprintf("%d月%d日 %s", day.Month(), day.Day(), weekdays[day.Weekday()]),
		message.ParamMeal:  mealText[o.meal],
		message.ParamGuest: o.guest, message.ParamPlace: o.place, message.ParamHost: o.host,
	}
	if o.guests > 0 {
		params[message.ParamGuests] = fmt.Sprintf("%d位", o.guests)
	}
	return message.New{Store: o.store.ID, Template: template, Params: params, Number: number}
}
