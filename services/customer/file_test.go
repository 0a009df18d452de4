package customer_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

var today = kernel.NewDate(2025, time.November, 21)

var form = customer.DefaultTemplate()

func day(s string) *kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func born(s string) *customer.Day { return new(customer.SolarDay(*day(s))) }

func complete() customer.Fields {
	return customer.Fields{
		Name: "王建国", Sex: customer.Male, HowKnown: "老客户介绍", Employer: "西安饮食股份有限公司", JobTitle: "采购部长",
		Address: "西安市雁塔区科技路5号", Birthday: born("1980-02-29"), Consent: true,
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	f := customer.Fields{Name: "王建国"}
	require.Equal(t, customer.Draft, f.Stage(form))
	f.Sex = customer.Male
	require.Equal(t, customer.Draft, f.Stage(form))
	f.HowKnown = "老客户介绍"
	require.Equal(t, customer.Stage1, f.Stage(form))
	require.Equal(t, []string{"employer", "job_title", "address", "birthday", "consent"}, f.Missing(form, 2))
	require.Len(t, f.Incomplete(form), 5)
	require.Equal(t, customer.Stage2, complete().Stage(form))
	require.Empty(t, complete().Incomplete(form))
	for _, drop := range []func(*customer.Fields){
		func(f *customer.Fields) { f.Employer = "" }, func(f *customer.Fields) { f.Consent = false }, func(f *customer.Fields) { f.Birthday = nil },
	} {
		f := complete()
		drop(&f)
		require.Equal(t, customer.Stage1, f.Stage(form))
	}
	require.True(t, customer.Rejected.Editable())
	require.False(t, customer.Submitted.Editable())
}

func TestCheckFields(t *testing.T) {
	t.Parallel()
	require.Empty(t, complete().Check(form, today, customer.Fields{}))
	require.Empty(t, customer.Fields{}.Check(form, today, customer.Fields{}), "what is empty is missing, not wrong")
	for _, c := range []struct {
		field, rule string
		change      func(*customer.Fields)
	}{
		{"name", "CUS-06", func(f *customer.Fields) { f.Name = "王先生" }},
		{"sex", "CUS-02", func(f *customer.Fields) { f.Sex = 9 }},
		{"birthday", "CUS-09", func(f *customer.Fields) { f.Birthday = born("2025-11-22") }},
		{"birthday", "CUS-09", func(f *customer.Fields) { f.Birthday = born("1899-12-31") }},
		{"address", "CUS-08", func(f *customer.Fields) { f.Address = "西安市" }},
		{"employer", "CUS-08", func(f *customer.Fields) { f.Employer = "高新路" }},
		{"job_title", "CUS-02", func(f *customer.Fields) { f.JobTitle = string(make([]rune, 51)) }},
		{"taste", "CUS-02", func(f *customer.Fields) { f.Taste = "辣\x00" }},
	} {
		f := complete()
		c.change(&f)
		found := f.Check(form, today, customer.Fields{})
		require.Len(t, found, 1, c.field)
		require.Equal(t, c.field, found[0].Field)
		require.Equal(t, c.rule, found[0].Rule)
	}
}

func TestInsistedName(t *testing.T) {
	t.Parallel()
	f := complete()
	f.Name, f.NameInsisted = "王先生", true
	require.Empty(t, f.Clean().Check(form, today, customer.Fields{}))
	require.True(t, f.Clean().NameInsisted)
	f.Name = "王建国"
	require.False(t, f.Clean().NameInsisted, "nothing to insist on")
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, ok := range []string{
		"西安市雁塔区科技路5号", "科技路5号", "高新路枫叶大厦", "陕西省西安市碑林区南大街3号", "紫薇花园小区", "西安市雁塔区紫薇花园小区", "市政府", "西安市政府",
		"西安饮食股份有限公司", "中国银行高新路支行", "大雁塔北广场", "IBM", "区委办公室", "和平路小学",
	} {
		f := customer.Fields{Address: ok, Employer: ok}
		require.Empty(t, f.Check(form, today, customer.Fields{}), ok)
	}
	for _, bad := range []string{"西安市", "长安县", "高新路", "陕西省西安市", "西安市雁塔区", "雁塔区", "西安市高新路", "西安市雁塔区科技路", "南大街", "科技路西段", "新疆维吾尔自治区", "南 大 街"} {
		f := customer.Fields{Address: bad}
		found := f.Check(form, today, customer.Fields{})
		require.Len(t, found, 1, bad)
		require.Equal(t, "CUS-08", found[0].Rule)
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_760_000_000, 0)
	writer, other := kernel.NewID[kernel.PersonID](now), kernel.NewID[kernel.PersonID](now)
	row := customer.Row{Writer: writer}
	name := []customer.Reason{{Field: "name", Reason: "身份证如此"}}
	insisted := complete()
	insisted.Name, insisted.NameInsisted = "王先生", true

	decide := func(row customer.Row, f customer.Fields, who kernel.PersonID, d customer.Decision) error {
		reviewer := &kernel.Actor{Person: who, Assignments: []kernel.Assignment{{TenantWide: true}}}
		_, err := customer.Decide(row, f, kernel.NewGrant(reviewer, "customer.review", func(string) kernel.Reach { return kernel.ReachWhere }), d)
		return err
	}
	require.NoError(t, decide(row, complete(), other, customer.Decision{Approve: true}))
	require.NoError(t, decide(row, complete(), other, customer.Decision{Reasons: name}))
	require.NoError(t, decide(row, insisted, other, customer.Decision{Approve: true, Reasons: name}))
	for reason, err := range map[string]error{
		"customer.own_file":      decide(row, complete(), writer, customer.Decision{Approve: true}),
		"customer.reason_needed": decide(row, complete(), other, customer.Decision{}),
		"customer.name_refused":  decide(row, insisted, other, customer.Decision{Approve: true}),
		"invalid_field":          decide(row, complete(), other, customer.Decision{Reasons: []customer.Reason{{Field: "owner", Reason: "x"}}}),
	} {
		var f *fault.Fault
		require.ErrorAs(t, err, &f)
		require.Equal(t, reason, f.Reason)
	}
	require.ErrorIs(t, decide(customer.Row{Owner: &other}, complete(), other, customer.Decision{Approve: true}), customer.ErrOwnFile)
	require.Error(t, decide(row, complete(), other, customer.Decision{Reasons: []customer.Reason{{Field: "name", Reason: "  "}}}))
	require.Equal(t, now.Add(12*time.Hour), customer.ReviewDue(now, 12))
}

func TestActivity(t *testing.T) {
	t.Parallel()
	at := func(d string, approved, last *kernel.BusinessDate) customer.Activity {
		return customer.ActivityOn(*day(d), approved, last, 3)
	}
	require.Equal(t, customer.NeverApproved, at("2025-11-21", nil, nil))
	require.Equal(t, customer.Active, at("2025-11-21", day("2025-08-21"), nil), "the day itself still counts")
	require.Equal(t, customer.Dormant, at("2025-11-22", day("2025-08-21"), nil))
	require.Equal(t, customer.Active, at("2025-11-21", day("2024-01-01"), day("2025-08-21")))
	require.Equal(t, customer.Dormant, at("2025-11-22", day("2024-01-01"), day("2025-08-21")))
	require.Equal(t, customer.Active, at("2025-05-31", day("2025-02-28"), nil), "31 May minus three months is 28 February")
	require.Equal(t, customer.Dormant, at("2025-06-01", day("2025-02-28"), nil))
}

func TestChangedAndText(t *testing.T) {
	t.Parallel()
	a, b := complete(), complete()
	require.Empty(t, a.Changed(b))
	b.Birthday, b.Taste = born("1980-03-01"), "清淡"
	changed := a.Changed(b)
	require.Equal(t, []string{"birthday", "taste"}, changed)
	require.Equal(t, "修改档案：生日、口味与座位偏好", customer.Event{Kind: customer.FileChanged, Fields: changed}.Text().ZH)
}
