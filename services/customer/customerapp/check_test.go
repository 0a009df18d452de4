package customerapp_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// Who asks about many numbers while typing learns nothing more after 20 in a
// minute and 200 in a day; the one in the form is asked as often as he types.
func TestCheckIsNoOracle(t *testing.T) {
	b := setup(t)
	lina, min := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, rep2, staff.ServiceRep, east)
	b.create(lina, east, input("王建国", number(1)))
	check := func(w who, n int) customerapp.Checked {
		checked, err := b.files.Check(ctx, w.write(), b.now, east, customerapp.Input{Number: number(n)}, nil)
		require.NoError(t, err)
		return checked
	}
	for range 100 {
		require.False(t, check(lina, 2).NumberUnasked, "typing goes on")
	}
	next := 100
	told := func(w who) (looked int) {
		for range 40 {
			next++
			if !check(w, next).NumberUnasked {
				looked++
			}
		}
		return looked
	}
	require.Equal(t, 19, told(lina))
	unasked := check(lina, 1)
	require.True(t, unasked.NumberUnasked)
	require.Empty(t, unasked.Findings, "not even whether it is on file")
	require.Equal(t, "CUS-10", check(min, 1).Findings[0].Rule, "others are not held up")
	_, err := b.files.Create(ctx, lina.write(), b.now, east, request(), input("李建国", number(1)))
	reason(t, err, "customer.already_on_file") // saving tells, and leaves its line

	day := 20
	for range 12 {
		b.now = b.now.Add(time.Minute)
		day += told(lina)
	}
	require.Equal(t, 200, day, "a day's worth")
	b.now = b.now.Add(24 * time.Hour)
	require.Equal(t, "CUS-10", check(lina, 1).Findings[0].Rule, "the next day")
}

// 小灵通 only where the chain takes it and the writer says so; the sheet says it
// too, a later change of the other fields keeps it, and so does turning it off
// until the file is submitted (CUS-07).
func TestPHS(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	in := input("王建国", "029-88123456")
	_, err := b.files.Create(ctx, lina.write(), b.now, east, request(), in)
	reason(t, err, "customer.invalid_fields")
	in.Fields.PHS = true
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), in)
	reason(t, err, "customer.invalid_fields")
	require.Contains(t, faultOf(t, err).Violations[0].Message, "不接受小灵通")

	b.publish(tenant.Values{customer.RuleAcceptPHS: 1})
	checked, err := b.files.Check(ctx, lina.write(), b.now, east, in, nil)
	require.NoError(t, err)
	require.True(t, checked.AcceptPHS)
	require.Empty(t, checked.Findings)
	v := b.create(lina, east, in)
	require.True(t, v.Fields.PHS)
	require.Equal(t, "029****3456", v.Masked)
	_, err = b.files.Create(ctx, lina.write(), b.now, east, request(), in)
	reason(t, err, "customer.already_on_file")

	in.Number, in.Fields.PHS, in.Fields.Taste = "", false, "清淡"
	v, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.True(t, v.Fields.PHS, "the number is what it was")

	b.publish(tenant.Values{customer.RuleAcceptPHS: 0})
	_, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	reason(t, err, "customer.invalid_fields")
	in.Number, in.Fields.PHS = number(7), true
	_, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	reason(t, err, "customer.invalid_fields")
	in.Fields.PHS = false
	v, err = b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	require.NoError(t, err)
	require.False(t, v.Fields.PHS)
	_, err = b.files.Submit(ctx, lina.write(), b.now, v.File)
	require.NoError(t, err)
}

// Dates come back as they were told, with their years and without.
func TestDaysAreKept(t *testing.T) {
	b := setup(t)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	in := input("王建国", number(1))
	in.Fields.Birthday = &customer.Day{Lunar: true, Year: 1984, Month: 10, Leap: true, Day: 29}
	in.Fields.Wedding = &customer.Day{Month: 2, Day: 29}
	in.Fields.CompanyDay = &customer.Day{Lunar: true, Month: 12, Day: 30}
	for n := range 3 {
		in.Fields.Anniversaries = append(in.Fields.Anniversaries, customer.Anniversary{Label: fmt.Sprint("孩子", []string{"甲", "乙", "丙"}[n]), Day: customer.Day{Year: 2010 + n, Month: 6, Day: 1}})
	}
	v := b.create(lina, east, in)
	require.Equal(t, in.Fields, v.Fields)
	in.Fields.Birthday = &customer.Day{Lunar: true, Year: 1983, Month: 10, Leap: true, Day: 29}
	_, err := b.files.Update(ctx, lina.write(), b.now, v.File, v.Version, in)
	reason(t, err, "customer.invalid_fields")
	require.Equal(t, "CUS-09", faultOf(t, err).Violations[0].Rule)
	require.Equal(t, "fields.birthday", faultOf(t, err).Violations[0].Field)
}

// publish puts rules in force from the next business day on, and goes there.
func (b *bundle) publish(values tenant.Values) {
	b.t.Helper()
	sets, err := b.tenants.RuleSets(ctx, b.a)
	require.NoError(b.t, err)
	on := kernel.BusinessDateOf(b.now, tenant.Shanghai, tenant.Cutover) + 1
	_, err = b.tenants.PublishRuleSet(ctx, b.a, boss, tenant.Draft{Base: sets[0].Version, EffectiveOn: on, Values: values})
	require.NoError(b.t, err)
	b.now = b.now.Add(24 * time.Hour)
}
