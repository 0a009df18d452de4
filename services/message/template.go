// Package message holds the words of messages to guests (短信与通知): the
// templates and what fills them. It is pure.
package message

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/changke/changke/services/kernel"
)

// Category decides which law a message falls under (CAR-04).
type Category string

// Service messages answer what the guest did and may go out at any hour and
// without consent to marketing.
const Service Category = "service"

// Marketing advertises: only to who agreed to it, checked when it is sent
// (CUS-11).
const Marketing Category = "marketing"

// Codes of the templates.
const (
	BookingNotice  = "booking_notice"  // 预定通知: to the guest whose booking was taken (VIS-03)
	DiningNotice   = "dining_notice"   // 用餐通知: to the guest who was seated first (VIS-04)
	Greeting       = "greeting"        // 节日问候: to guests who agreed to marketing (CAR-02)
	HandoverNotice = "handover_notice" // 客户交接: to a guest whose referrer changed (HND-02)
	BookingMoved   = "booking_moved"   // 预定改店: to the guest whose booking went to another store with its own's end (HND-08)

	BookingCalledOff = "booking_called_off" // 预定取消: to the guest whose booking was called off as the store closes (HND-08)

	AccountCode = "account_code" // 激活码: to a member of staff whose account was opened (ACC-01)
)

// Names of parameters.
const (
	ParamStore    = "store"    // the store's name
	ParamGuest    = "guest"    // the guest's name
	ParamDate     = "date"     // e.g. 11月21日 周五
	ParamMeal     = "meal"     // e.g. 晚市
	ParamHost     = "host"     // who took the booking or seated the guest
	ParamPlace    = "place"    // room or hall table
	ParamGuests   = "guests"   // how many, e.g. 8位
	ParamOccasion = "occasion" // e.g. 中秋节
	ParamFormer   = "former"   // who looked after the guest before; the store that was booked before
	ParamName     = "name"     // the name of a member of staff

	secretParam = "code" // never among the parameters: see New.Secret
)

// Template is a text with gaps. A part in 〔〕 falls away when its gap is empty.
type Template struct {
	Code     string
	Label    string // Chinese name
	Category Category
	Required []string // parameters that must not be empty
	Optional []string
	text     string
}

var templates = []Template{
	{
		Code: BookingNotice, Label: "预定通知", Category: Service,
		Required: []string{ParamStore, ParamDate, ParamMeal}, Optional: []string{ParamGuest, ParamHost, ParamPlace, ParamGuests},
		text: "【{store}】尊敬的{guest}贵宾，您已预定{date}{meal}〔，{place}〕〔，{guests}〕。〔接待人：{host}。〕如有变动请与我们联系，恭候您的光临。",
	},
	{
		Code: DiningNotice, Label: "用餐通知", Category: Service,
		Required: []string{ParamStore, ParamDate, ParamMeal}, Optional: []string{ParamGuest, ParamHost, ParamPlace, ParamGuests},
		text: "【{store}】尊敬的{guest}贵宾，欢迎光临！您{date}{meal}的用餐〔（{place}）〕已安排妥当〔，由{host}为您服务〕。祝您用餐愉快。",
	},
	{
		Code: Greeting, Label: "节日问候", Category: Marketing,
		Required: []string{ParamStore, ParamOccasion}, Optional: []string{ParamGuest, ParamHost},
		text: "【{store}】尊敬的{guest}贵宾，{occasion}将至，祝您和家人安康如意。〔{host}敬上。〕拒收请回复R",
	},
	{
		Code: HandoverNotice, Label: "客户交接", Category: Service,
		Required: []string{ParamStore, ParamFormer, ParamHost}, Optional: []string{ParamGuest, ParamDate},
		text: "【{store}】尊敬的{guest}贵宾，您好！原来由{former}为您服务，现改由{host}继续为您服务〔，至{date}〕。订餐和其他需要请随时与我们联系，恭候您的光临。",
	},
	{
		Code: BookingMoved, Label: "预定改店", Category: Service,
		Required: []string{ParamStore, ParamFormer, ParamDate, ParamMeal}, Optional: []string{ParamGuest, ParamHost, ParamPlace, ParamGuests},
		text: "【{store}】尊敬的{guest}贵宾，您好！{former}已与本店合并，您{date}{meal}的预定改在本店用餐〔，{place}〕〔，{guests}〕。如有不便请与我们联系，恭候您的光临。",
	},
	{
		Code: BookingCalledOff, Label: "预定取消", Category: Service,
		Required: []string{ParamStore, ParamDate, ParamMeal}, Optional: []string{ParamGuest, ParamHost, ParamPlace, ParamGuests},
		text: "【{store}】尊敬的{guest}贵宾，非常抱歉，本店即将停业，您{date}{meal}的预定已为您取消。欢迎您到我们的其他门店用餐，需要帮助请与我们联系。",
	},
	{
		Code: AccountCode, Label: "账号激活码", Category: Service,
		Required: []string{ParamStore, ParamName},
		text:     "【{store}】{name}您好，您的常客账号激活码：{code}，72小时内有效，只能用一次，请勿告诉他人。请在登录页点“激活账号”，凭企业代码、工号和激活码自己设置密码。",
	},
}

// hidden stands for a secret wherever a text is shown.
const hidden = "••••••"

// Erased is shown in place of what was said to a guest who was erased (DEL-03).
const Erased = "客人已删除，内容不再保留。"

// TemplateOf finds a template.
func TemplateOf(code string) (Template, error) {
	i := slices.IndexFunc(templates, func(t Template) bool { return t.Code == code })
	if i < 0 {
		return Template{}, fmt.Errorf("no message template %q", code)
	}
	return templates[i], nil
}

// maxParam is how much of a parameter goes into a text, in characters.
const maxParam = 40

var (
	numberLike = regexp.MustCompile(`\d{7,}`)
	optional   = regexp.MustCompile(`〔[^〔〕]*〕`)
	gap        = regexp.MustCompile(`\{[a-z]+\}`)
)

// Params cleans what shall fill the template: one line each, of bounded length,
// without anything that could be a number, for they are stored in clear. An
// error means that the caller's program is wrong.
func (t Template) Params(raw map[string]string) (map[string]string, error) {
	out := map[string]string{}
	for name, v := range raw {
		if !slices.Contains(t.Required, name) && !slices.Contains(t.Optional, name) {
			return nil, fmt.Errorf("template %s has no parameter %q", t.Code, name)
		}
		v = strings.TrimSpace(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) || strings.ContainsRune("{}〔〕", r) {
				return -1
			}
			return r
		}, v))
		v = numberLike.ReplaceAllString(v, "****")
		if runes := []rune(v); len(runes) > maxParam {
			v = string(runes[:maxParam])
		}
		if v != "" {
			out[name] = v
		}
	}
	for _, name := range t.Required {
		if out[name] == "" {
			return nil, fmt.Errorf("template %s needs parameter %q", t.Code, name)
		}
	}
	return out, nil
}

// Render fills the template with cleaned parameters; a secret stays hidden.
func (t Template) Render(params map[string]string) string {
	fill := func(part string) string {
		return gap.ReplaceAllStringFunc(part, func(g string) string {
			name := g[1 : len(g)-1]
			if v, ok := params[name]; ok || name != secretParam {
				return v
			}
			return hidden
		})
	}
	text := optional.ReplaceAllStringFunc(t.text, func(part string) string {
		inner := strings.Trim(part, "〔〕")
		if name := gap.FindString(inner); params[name[1:len(name)-1]] == "" {
			return ""
		}
		return inner
	})
	return fill(text)
}

// RenderSecret is Render with the secret that only the receiver may read.
func (t Template) RenderSecret(params map[string]string, secret string) string {
	all := maps.Clone(params)
	all[secretParam] = secret
	return t.Render(all)
}

// New is a message to be queued.
type New struct {
	Store    kernel.StoreID
	Template string
	Params   map[string]string
	Number   kernel.Phone
	Secret   string // a one-time code; stored boxed, shown nowhere, dropped once sent

	NotBefore time.Time // it is handed to the provider then at the earliest; zero: at once
}

// State is how far a message has come; the texts are those in the database.
type State string

// The states. Queued counts as sent for the rules (VIS-03).
const (
	Queued State = "queued" // in the outbox
	Sent   State = "sent"   // handed to the provider
	Failed State = "failed" // refused by the provider
	// Stopped: not sent, for the guest does not agree any more or was erased.
	Stopped State = "stopped"
)
