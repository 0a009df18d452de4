package operatorapp_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
)

func (w *world) session(t *testing.T, login, secret string) (operator.Session, *kernel.Actor) {
	t.Helper()
	actor, _ := w.signIn(t, login, secret)
	return operator.Session{Account: operator.Account{ID: actor.Operator, Login: login, Name: "李" + login}, Session: actor.Session}, actor
}

func TestSupport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	desk, op := w.session(t, "op", w.newOperator(t, "op"))
	_, other := w.session(t, "other", w.newOperator(t, "other"))
	id, admin := w.newChain(t, op, "alpha")
	foreign, foreignAdmin := w.newChain(t, op, "beta")

	_, err := w.app.AskSupport(ctx, desk, id, "  ")
	require.Equal(t, "invalid_field", reason(err))
	asked, err := w.app.AskSupport(ctx, desk, id, "看板数字不对")
	require.NoError(t, err)
	_, err = w.app.AskSupport(ctx, desk, id, "再问一次")
	require.Equal(t, "support.asked_already", reason(err))
	_, _, err = w.app.EnterSupport(ctx, op, id, asked.ID)
	require.Equal(t, "support.over", reason(err), "not without consent")
	_, err = w.app.GrantSupport(ctx, foreignAdmin, asked.ID, 30)
	require.Equal(t, "support.not_found", reason(err), "another chain's administrator")
	_, _, err = w.app.EnterSupport(ctx, op, foreign, asked.ID)
	require.Equal(t, "support.not_found", reason(err))

	granted, err := w.app.GrantSupport(ctx, admin, asked.ID, 30)
	require.NoError(t, err)
	require.Equal(t, operator.Granted, granted.State)
	require.Equal(t, w.now.Add(30*time.Minute), granted.ExpiresAt.In(w.now.Location()))
	_, err = w.app.GrantSupport(ctx, admin, asked.ID, 60)
	require.Equal(t, "support.over", reason(err), "a consent is not stretched")
	_, _, err = w.app.EnterSupport(ctx, other, id, asked.ID)
	require.Equal(t, "support.not_found", reason(err), "the consent is one operator's")

	_, stale, err := w.app.EnterSupport(ctx, op, id, asked.ID)
	require.NoError(t, err)
	_, token, err := w.app.EnterSupport(ctx, op, id, asked.ID)
	require.NoError(t, err)
	door := func(token string) (*kernel.Actor, error) {
		return w.app.InChain().Authenticate(ctx, withCookie("__Host-changke", token))
	}
	_, err = door(stale)
	require.Equal(t, "support.ended", reason(err), "coming in again voids the entry before")
	actor, err := door(token)
	require.NoError(t, err)
	require.Equal(t, []any{kernel.ActorSupport, id, op.Operator, operator.SupportRole}, []any{actor.Kind, actor.Tenant, actor.Operator, actor.Assignments[0].Role})
	require.True(t, actor.Person.IsZero())

	// To the second.
	w.now = granted.ExpiresAt.Add(-time.Nanosecond)
	_, err = door(token)
	require.NoError(t, err)
	w.now = *granted.ExpiresAt
	_, err = door(token)
	require.Equal(t, "support.ended", reason(err))
	require.Equal(t, "support.over", reason(w.app.EndSupport(ctx, admin, asked.ID)), "over by itself")

	// Either side ends it at once; a suspended chain and a removed operator too.
	enter := func() (operator.Support, string) {
		s, err := w.app.AskSupport(ctx, desk, id, "再看一眼")
		require.NoError(t, err)
		_, err = w.app.GrantSupport(ctx, admin, s.ID, 500)
		require.NoError(t, err)
		s, token, err := w.app.EnterSupport(ctx, op, id, s.ID)
		require.NoError(t, err)
		require.Equal(t, operator.LongestSupport, s.ExpiresAt.Sub(w.now), "an hour at most")
		_, err = door(token)
		require.NoError(t, err)
		return s, token
	}
	s, token := enter()
	require.NoError(t, w.app.EndSupport(ctx, admin, s.ID))
	_, err = door(token)
	require.Equal(t, "support.ended", reason(err))
	s, token = enter()
	require.Equal(t, "support.not_found", reason(w.app.LeaveSupport(ctx, other, id, s.ID)))
	require.NoError(t, w.app.LeaveSupport(ctx, op, id, s.ID))
	_, err = door(token)
	require.Equal(t, "support.ended", reason(err))
	_, token = enter()
	require.NoError(t, w.app.Suspend(ctx, op, id))
	_, err = door(token)
	require.ErrorContains(t, err, "CK002")
	require.NoError(t, w.app.Resume(ctx, op, id))
	_, err = door(token)
	require.NoError(t, err)
	require.NoError(t, w.app.Remove(ctx, "op"))
	_, err = door(token)
	require.Equal(t, "support.ended", reason(err))

	own, err := w.app.OwnSupport(ctx, op)
	require.NoError(t, err)
	require.Len(t, own, 4)
	var lines int
	require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM audit_line WHERE tenant_id = $1 AND object = 'support'", id).Scan(&lines))
	require.Equal(t, 4+4+5+1+1, lines, "asked, granted, entered, ended, left")
}

// TestSupportDecidedOnce: of consent, refusal and taking back at once, one holds.
func TestSupportDecidedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	desk, op := w.session(t, "op", w.newOperator(t, "op"))
	id, admin := w.newChain(t, op, "alpha")
	for range 10 {
		s, err := w.app.AskSupport(ctx, desk, id, "看板数字不对")
		require.NoError(t, err)
		var mu sync.Mutex
		var all sync.WaitGroup
		grants := 0
		for range 4 {
			all.Go(func() {
				if _, err := w.app.GrantSupport(ctx, admin, s.ID, 5); err == nil {
					mu.Lock()
					grants++
					mu.Unlock()
				} else if reason(err) != "support.over" {
					t.Error(err)
				}
			})
		}
		all.Go(func() { _ = w.app.LeaveSupport(ctx, op, id, s.ID) })
		all.Wait()
		require.LessOrEqual(t, grants, 1)
		_ = w.app.LeaveSupport(ctx, op, id, s.ID)
		after, err := w.app.OneSupport(ctx, id, s.ID)
		require.NoError(t, err)
		require.Contains(t, []operator.SupportState{operator.Refused, operator.Ended}, after.State)
		w.now = w.now.Add(time.Hour)
	}
}
