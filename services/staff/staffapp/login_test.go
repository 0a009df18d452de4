package staffapp_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func TestLogin(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, typed := range []string{"M1", " M1 ", "13900000002", "139-0000-0002", "+8613900000002"} {
		o, err := w.Login(ctx, staffapp.Login{TenantCode: " ONE ", Typed: typed, Password: password, Device: "d"})
		require.NoError(t, err, typed)
		require.Equal(t, w.one.people["M1"], o.Person, typed)
		require.Equal(t, w.one.id, o.Tenant, "the other chain has the same staff number and phone")
	}

	left, shared := today, kernel.Phone("+8613900000009")
	w.in(w.one, func(tx pgx.Tx) error {
		return w.PutPeopleTx(ctx, tx, w.one.id, []staff.NewPerson{
			{ID: kernel.PersonID{1}, StaffNo: "left", Name: "离岗", EntryOn: today - 9, LeftOn: &left},
			{ID: kernel.PersonID{2}, StaffNo: "none", Name: "无密码", EntryOn: today - 9},
			{ID: kernel.PersonID{3}, StaffNo: "x", Name: "同号", EntryOn: today - 9, Number: shared},
			{ID: kernel.PersonID{4}, StaffNo: "y", Name: "同号", EntryOn: today - 9, Number: shared},
		}, w.now)
	})
	for _, id := range []byte{1, 3, 4} {
		require.NoError(t, w.SetPassword(ctx, w.one.id, kernel.PersonID{id}, password))
	}
	for name, in := range map[string]staffapp.Login{
		"wrong password":         {TenantCode: "one", Typed: "M1", Password: password + " "},
		"empty password":         {TenantCode: "one", Typed: "M1"},
		"unknown person":         {TenantCode: "one", Typed: "M9", Password: password},
		"unknown chain":          {TenantCode: "three", Typed: "M1", Password: password},
		"no chain at all":        {TenantCode: "\x00", Typed: "M1", Password: password},
		"has left":               {TenantCode: "one", Typed: "left", Password: password},
		"has no password":        {TenantCode: "one", Typed: "none", Password: ""},
		"a number that two have": {TenantCode: "one", Typed: "13900000009", Password: password},
	} {
		in.Device = "d"
		_, err := w.Login(ctx, in)
		require.Equal(t, staff.ErrWrongLogin, err, name)
	}
	w.login(w.one, "x", "d") // by staff number he is somebody
	require.ErrorIs(t, w.SetPassword(ctx, w.one.id, w.two.people["M1"], password), staff.ErrNotFound)
}

// reason is what a try is answered with.
func reason(err error) string {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f.Reason + " " + f.RetryAfter.String()
	}
	return "in"
}

func TestStrangersNeverLockOutTheTrueUser(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.login(w.one, "M1", "his phone")
	guess := func(code, typed, device, password string) string {
		_, err := w.Login(ctx, staffapp.Login{TenantCode: code, Typed: typed, Password: password, Device: device})
		return reason(err)
	}
	var known, unknown, nowhere []string
	for range 12 {
		w.now = w.now.Add(time.Second)
		known = append(known, guess("one", "M1", "strange", "guess"))
		unknown = append(unknown, guess("one", "M9", "strange", "guess"))
		nowhere = append(nowhere, guess("three", "M1", "strange", "guess"))
	}
	require.Contains(t, known, "auth.too_many_tries 1s")
	require.Equal(t, known, unknown, "an unknown person answers as a known one")
	require.Equal(t, known, nowhere, "an unknown chain too")

	require.Equal(t, "in", guess("one", "M1", "his phone", password), "on his own phone he gets in")
	require.Equal(t, "in", guess("two", "M1", "strange", password), "the other chain's namesake was not meant")
	require.Contains(t, guess("one", "M1", "new phone", password), "auth.too_many_tries", "elsewhere he waits")
	w.now = w.now.Add(15 * time.Minute)
	require.Equal(t, "in", guess("one", "M1", "new phone", password))
	require.Equal(t, "auth.wrong_login 0s", guess("one", "M1", "strange", "guess"), "a success forgets the tries")

	for range 5 {
		guess("one", "M1", "his phone", "guess")
	}
	require.Contains(t, guess("one", "M1", "his phone", password), "auth.too_many_tries", "guesses on a known device count there")
	require.Equal(t, "in", guess("one", "M1", "new phone", password))

	w.now = w.now.Add(staff.TriesForgottenAfter + time.Second)
	guess("one", "M9", "strange", "guess")
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*) FROM login_failure"), "forgotten tries are swept away")
}

// A hundred guesses at once are a hundred tries and not one.
func TestGuessesAtOnce(t *testing.T) {
	w := newWorld(t)
	reasons := make([]string, 30)
	var wg sync.WaitGroup
	for i := range reasons {
		wg.Go(func() {
			_, err := w.Login(t.Context(), staffapp.Login{TenantCode: "one", Typed: "M1", Password: "guess", Device: "strange"})
			reasons[i] = reason(err)
		})
	}
	wg.Wait()
	counts := map[string]int{}
	for _, r := range reasons {
		counts[r]++
	}
	require.Equal(t, map[string]int{"auth.wrong_login 0s": 5, "auth.too_many_tries 2s": 25}, counts)
}
