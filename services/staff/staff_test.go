package staff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

var (
	here, there = kernel.StoreID{1}, kernel.StoreID{2}
	now         = time.Date(2025, 5, 31, 12, 0, 0, 0, time.UTC)
)

// grantsOf answers as somebody with one assignment: permissions with o or w.
func grantsOf(a kernel.Assignment, permissions string) staff.Grants {
	actor := &kernel.Actor{Assignments: []kernel.Assignment{a}}
	return func(permission string) kernel.Grant {
		return kernel.NewGrant(actor, "", func(string) (r kernel.Reach) {
			if strings.Contains(permissions, permission+":w") {
				r |= kernel.ReachWhere
			}
			if strings.Contains(permissions, permission+":o") {
				r |= kernel.ReachOwn
			}
			return r
		})
	}
}

func TestMayGive(t *testing.T) {
	manager := kernel.Assignment{Stores: []kernel.StoreID{here}}
	head := kernel.Assignment{TenantWide: true}
	role := staff.Role{Code: "r", Rights: []staff.Right{{Permission: "customer.read"}, {Permission: "today.read", Own: true}}}
	at := func(stores ...kernel.StoreID) staff.Post { return staff.Post{Stores: stores} }
	everywhere := staff.Post{TenantWide: true}
	for _, c := range []struct {
		name   string
		giver  staff.Grants
		post   staff.Post
		toSelf bool
		want   error
	}{
		{"OK what he has himself", grantsOf(manager, "staff.write:w customer.read:w today.read:w"), at(here), false, nil},
		{"OK own is enough for own", grantsOf(manager, "staff.write:w customer.read:w today.read:o"), at(here), false, nil},
		{"OK to himself", grantsOf(manager, "staff.write:w customer.read:w today.read:o"), at(here), true, nil},
		{"OK appoints what he does not have", grantsOf(head, "staff.write:w staff.appoint:w"), at(here, there), false, nil},
		{"OK appoints head office", grantsOf(head, "staff.write:w staff.appoint:w"), everywhere, false, nil},
		{"Err widens his own rights", grantsOf(head, "staff.write:w staff.appoint:w"), at(here), true, staff.ErrRoleBeyondOwn},
		{"Err own is not everything", grantsOf(manager, "staff.write:w customer.read:o today.read:o"), at(here), false, staff.ErrRoleBeyondOwn},
		{"Err lacks one", grantsOf(manager, "staff.write:w customer.read:w"), at(here), false, staff.ErrRoleBeyondOwn},
		{"Err another store", grantsOf(manager, "staff.write:w staff.appoint:w"), at(here, there), false, staff.ErrUnknownStore},
		{"Err head office from a store", grantsOf(manager, "staff.write:w staff.appoint:w"), everywhere, false, staff.ErrRoleBeyondOwn},
		{"Err may not write", grantsOf(head, "staff.appoint:w customer.read:w today.read:w"), at(here), false, staff.ErrUnknownStore},
		{"Err no place at all", grantsOf(head, "staff.write:w staff.appoint:w"), at(), false, staff.ErrUnknownStore},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := staff.MayGive(c.giver, role, c.post, c.toSelf)
			if c.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}

func TestSessionLife(t *testing.T) {
	live := staff.Session{CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(staff.SessionLife), Today: 100}
	left := kernel.BusinessDate(101)
	for _, c := range []struct {
		name   string
		want   bool
		after  time.Duration
		change func(s *staff.Session)
	}{
		{"new", true, 0, func(*staff.Session) {}},
		{"idle", false, staff.SessionIdle, func(*staff.Session) {}},
		{"almost idle", true, staff.SessionIdle - 1, func(*staff.Session) {}},
		{"old, however busy", false, staff.SessionLife, func(s *staff.Session) { s.SeenAt = s.ExpiresAt }},
		{"revoked", false, 0, func(s *staff.Session) { s.RevokedAt = &now }},
		{"leaves tomorrow", true, 0, func(s *staff.Session) { s.LeftOn = &left }},
		{"has left", false, 0, func(s *staff.Session) { s.LeftOn, s.Today = &left, left }},
	} {
		s := live
		c.change(&s)
		require.Equal(t, c.want, s.Live(now.Add(c.after)), c.name)
	}
	require.False(t, live.NeedsToken(now.Add(staff.TokenLife-1)))
	require.True(t, live.NeedsToken(now.Add(staff.TokenLife)))
	live.ExpiresAt = now.Add(staff.TokenLife + staff.TokenOverlap)
	require.False(t, live.NeedsToken(now.Add(staff.TokenLife)), "it has been replaced already")
}

func TestTriesWait(t *testing.T) {
	var tries staff.Tries
	at := now
	var waits []time.Duration
	for range 16 {
		waits = append(waits, tries.Wait(at))
		at = at.Add(tries.Wait(at))
		require.Zero(t, tries.Wait(at), "after the wait the next try is free")
		tries = tries.Charge(at)
	}
	s := time.Second
	require.Equal(t, []time.Duration{0, 0, 0, 0, 0, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 64 * s, 128 * s, 256 * s, 512 * s, 900 * s, 900 * s}, waits)
	require.Zero(t, tries.Wait(at.Add(staff.TriesForgottenAfter)))
	require.EqualValues(t, 1, tries.Charge(at.Add(staff.TriesForgottenAfter)).Failures)
	require.LessOrEqual(t, staff.Tries{Failures: 1 << 30, LastAt: at}.Wait(at), 15*time.Minute)
}

func TestBucket(t *testing.T) {
	p, device := kernel.PersonID{1}, staff.Hash("device")
	trusted, stranger := staff.Bucket(p, "E1", device, true), staff.Bucket(p, "E1", device, false)
	require.NotEqual(t, trusted, stranger)
	require.Equal(t, stranger, staff.Bucket(p, "13812341234", staff.Hash("x"), false), "by number or by phone, it is the same person")
	require.NotEqual(t, trusted, staff.Bucket(p, "E1", staff.Hash("x"), true))
	require.NotEqual(t, staff.Bucket(kernel.PersonID{}, "E1", device, false), staff.Bucket(kernel.PersonID{}, "E2", device, false))
}

// Whatever single character is copied wrongly, the checksum sees it.
func TestSecretTypo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := staff.NewSecret()
		require.NoError(t, staff.CheckSecret(secret))
		require.Len(t, secret, 8+32+6)
		require.Equal(t, secret[:12], staff.SecretPrefix(secret))
		i := rapid.IntRange(0, len(secret)-1).Draw(t, "at")
		c := rapid.ByteRange('0', 'z').Draw(t, "instead")
		typo := secret[:i] + string(rune(c)) + secret[i+1:]
		if typo != secret {
			require.ErrorIs(t, staff.CheckSecret(typo), staff.ErrKeyTypo)
		}
		require.Error(t, staff.CheckSecret(secret[:i]))
	})
}

func TestTokensDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		seen[staff.NewToken()] = true
		seen[staff.NewSecret()] = true
	}
	require.Len(t, seen, 2000)
}

func TestPersonSeen(t *testing.T) {
	g := grantsOf(kernel.Assignment{Stores: []kernel.StoreID{here}}, "staff.read:w")("staff.read")
	p := staff.Person{Assignments: []staff.Assignment{
		{Post: staff.Post{Stores: []kernel.StoreID{there, here}}}, {Post: staff.Post{Stores: []kernel.StoreID{there}}}, {Post: staff.Post{TenantWide: true}},
	}}
	require.Len(t, p.Seen(g).Assignments, 1)
	require.Len(t, p.Assignments, 3)
	require.False(t, p.Assignments[0].Within(g), "reaching a part is not reaching it")
}

func TestAddressTries(t *testing.T) {
	now := now
	tries := staff.AddressTries{}
	for i := range 100 {
		require.Zero(t, tries.Wait(now), i)
		tries = tries.Charge(now)
	}
	require.Equal(t, 6*time.Second, tries.Wait(now))
	require.Equal(t, time.Second, tries.Wait(now.Add(5*time.Second)))
	now = now.Add(7 * time.Second)
	require.Zero(t, tries.Wait(now))
	tries = tries.Charge(now)
	require.Equal(t, 5*time.Second, tries.Wait(now), "the second that was over counts")
	require.Zero(t, tries.Wait(now.Add(time.Hour)))
	require.EqualValues(t, 1, tries.Charge(now.Add(time.Hour)).Level)

	for _, same := range [][2]string{{"198.51.100.1", "::ffff:198.51.100.1"}, {"2001:db8:0:1::1", "2001:db8:0:1:ffff::2"}} {
		require.Equal(t, staff.AddressBucket(same[0]), staff.AddressBucket(same[1]))
	}
	require.NotEqual(t, staff.AddressBucket("198.51.100.1"), staff.AddressBucket("198.51.100.2"))
	require.NotEqual(t, staff.AddressBucket("2001:db8:0:1::1"), staff.AddressBucket("2001:db8:0:2::1"))
	require.Nil(t, staff.AddressBucket(""))
}
