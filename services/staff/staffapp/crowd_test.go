package staffapp_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// Ten thousand guesses on one account, from everywhere: its owner comes in on his
// own device whenever he likes, at the first try.
func TestTenThousandGuesses(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.login(w.one, "M1", "his phone")
	var looked, waited atomic.Int32
	for round := range 10 {
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				for i := range 125 {
					_, err := w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "M1", Password: fmt.Sprint("guess", round, g, i), Device: fmt.Sprint("stranger", g, i)})
					switch r := reason(err); r[:len("auth.wrong_logi")] {
					case "auth.wrong_logi":
						looked.Add(1)
					case "auth.too_many_t":
						waited.Add(1)
					default:
						t.Error(r)
					}
				}
			})
		}
		wg.Wait()
		o, err := w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "M1", Password: password, Device: "his phone"})
		require.NoError(t, err, "round %d", round)
		require.NotEmpty(t, o.Token)
		w.now = w.now.Add(20 * time.Minute)
	}
	require.EqualValues(t, 10_000, looked.Load()+waited.Load())
	require.Less(t, looked.Load(), int32(20), "guesses whose password was looked at")
}

// Two hundred people at once, each on his own device, take the memory of two
// hashings.
func TestTwoHundredAtOnce(t *testing.T) {
	w := newWorldThatHashes(t, large)
	first := w.browser()
	here, err := url.Parse(first.url)
	require.NoError(t, err)
	browsers := make([]*browser, 200)
	for i := range browsers {
		browsers[i] = first.another(t)
		device := staff.NewToken()
		browsers[i].jar.SetCookies(here, []*http.Cookie{{Name: staffapp.DeviceCookie, Value: device, Path: "/", Secure: true}})
		w.in(w.one, func(tx pgx.Tx) error {
			id := kernel.NewID[kernel.PersonID](w.now)
			_, err := tx.Exec(t.Context(), `INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at, password_hash)
				SELECT tenant_id, $1, $2, '员工', '2025-01-01', $3, password_hash FROM person WHERE staff_no = 'A1'`, id, fmt.Sprint("P", i), w.now)
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), "INSERT INTO known_device (tenant_id, person_id, device_hash, seen_at) VALUES ($1, $2, $3, $4)", w.one.id, id, staff.Hash(device), w.now)
			return err
		})
	}
	var wg sync.WaitGroup
	for i, b := range browsers {
		wg.Go(func() {
			if _, err := b.auth.Login(t.Context(), &staffv1.LoginRequest{TenantCode: "one", Login: fmt.Sprint("P", i), Password: password}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	require.Less(t, m.Sys, uint64(512<<20), "all memory this process ever had, other tests' included")
}

// One address goes from account to account no faster than one account is
// guessed at; a shop that signs in behind one address is not slowed down.
func TestGuessesFromOneAddress(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	try := func(login, password string) string {
		_, err := b.another(t).auth.Login(t.Context(), &staffv1.LoginRequest{TenantCode: "one", Login: login, Password: password})
		if err != nil {
			return err.Error()
		}
		return "in"
	}
	for range 3 {
		require.Equal(t, "in", try("M1", password))
	}
	require.Contains(t, try("X0", "guess"), "auth.wrong_login")
	require.Equal(t, 1, count(t, w, w.one, "SELECT max(failures) FROM login_failure"), "who came in is not counted")
	w.in(w.one, func(tx pgx.Tx) error { // ninety-eight more, without the minute of hashing
		_, err := tx.Exec(t.Context(), "UPDATE login_failure SET failures = failures + 98 WHERE bucket = $1", staff.AddressBucket("127.0.0.1"))
		return err
	})
	require.Contains(t, try("X99", "guess"), "auth.wrong_login")
	require.Contains(t, try("X100", "guess"), "auth.too_many_tries")
	require.Contains(t, try("M1", password), "auth.too_many_tries", "on a new device")
	_, err := w.Login(t.Context(), staffapp.Login{TenantCode: "one", Typed: "M1", Password: password, Device: "elsewhere"})
	require.NoError(t, err, "from another address")
	w.now = w.now.Add(6 * time.Second)
	require.Equal(t, "in", try("M1", password))
}
