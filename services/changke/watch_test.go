package main

import (
	"context"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	consolev1 "github.com/changke/changke/gen/go/changke/console/v1"
	"github.com/changke/changke/gen/go/changke/console/v1/consolev1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/visit/visitapp"
)

// stream is somebody's open stream.
type stream struct {
	*connect.ServerStreamForClient[consolev1.WatchResponse]
	leave func()
}

func (w *world) watch(t *testing.T, c *caller, token string) stream {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	t.Cleanup(leave)
	s, err := consolev1connect.NewWatchServiceClient(w.client(c), w.server.URL).Watch(ctx, &consolev1.WatchRequest{ResumeToken: token})
	require.NoError(t, err)
	return stream{s, leave}
}

// next gives the next message that says something.
func (s stream) next(t *testing.T) *consolev1.WatchResponse {
	t.Helper()
	for s.Receive() {
		if m := s.Msg(); len(m.Changes) > 0 || m.ReloadAll {
			return m
		}
	}
	require.NoError(t, s.Err())
	return nil
}

// first takes the message that comes at once.
func (s stream) first(t *testing.T) *consolev1.WatchResponse {
	t.Helper()
	require.True(t, s.Receive(), "%v", s.Err())
	require.NotEmpty(t, s.Msg().ResumeToken)
	require.Positive(t, s.Msg().NextWithinSeconds)
	return s.Msg()
}

// TestWatch: a console hears of what changes in the stores it reads and of nothing
// else, goes on where it was, and hears nothing any more when the right is gone.
func TestWatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	w.exec(t, "UPDATE role_policy SET reach = 'own' WHERE tenant_id = $1 AND role = 'front_desk' AND permission = 'booking.read'", w.a.id)
	w.exec(t, "UPDATE tenant SET policy_version = policy_version + 1 WHERE tenant_id = $1", w.a.id)
	own := w.holder(t, w.a, "W01", "front_desk", []kernel.StoreID{})
	mine := w.watch(t, w.a.rep, "")
	foreign := w.watch(t, w.b.rep, "")
	narrow := w.watch(t, own, "")
	mine.first(t)
	foreign.first(t)
	narrow.first(t)
	go w.prod.hub.Run(ctx, w.prod.pool)
	require.True(t, mine.next(t).ReloadAll, "nothing was heard before")
	require.True(t, foreign.next(t).ReloadAll)
	require.True(t, narrow.next(t).ReloadAll)

	id := w.newBooking(t, w.a)
	told := mine.next(t)
	require.Len(t, told.Changes, 1)
	require.Equal(t, []string{id, w.a.s01.String()}, []string{told.Changes[0].Id, told.Changes[0].StoreId})
	require.Equal(t, consolev1.ChangeKind_CHANGE_KIND_BOOKING, told.Changes[0].Kind)
	require.Empty(t, narrow.next(t).Changes[0].Id, "whoever reads only his own learns of no id")

	mine.leave()
	_, err := w.bookingsOf(w.a.rep).SeatBooking(t.Context(), &visitv1.SeatBookingRequest{Id: id})
	require.NoError(t, err)
	require.NotEmpty(t, narrow.next(t).Changes, "it has been told")
	back := w.watch(t, w.a.rep, told.ResumeToken)
	require.Equal(t, id, back.first(t).Changes[0].Id, "what came while he was away comes first")

	theirs := w.newBooking(t, w.b)
	require.Equal(t, theirs, foreign.next(t).Changes[0].Id, "its own chain's is the first it hears of")
	fresh := w.newRoom(t, w.a)
	_, err = w.bookingsOf(w.a.rep).MoveBooking(t.Context(), &visitv1.MoveBookingRequest{Id: id, BaseVersion: 1, ResourceIds: []string{fresh}})
	require.NoError(t, err)
	require.Len(t, back.next(t).Changes, 1)

	w.exec(t, "DELETE FROM role_policy WHERE tenant_id = $1 AND role = 'front_desk' AND permission = 'booking.read'", w.a.id)
	w.exec(t, "UPDATE tenant SET policy_version = policy_version + 1 WHERE tenant_id = $1", w.a.id)
	w.newBooking(t, w.a)
	for narrow.Receive() {
		require.Len(t, narrow.Msg().Changes, 1, "of the move, before the right was taken away")
	}
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(narrow.Err()))
	require.Len(t, back.next(t).Changes, 1)
	w.exec(t, "DELETE FROM session WHERE tenant_id = $1", w.a.id)
	w.prod.hub.Tell(w.a.id, watch.Change{Kind: visitapp.BookingChanged, Store: w.a.s01})
	require.False(t, back.Receive())
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(back.Err()))
	stop()
	require.False(t, foreign.Receive())
	require.Equal(t, connect.CodeUnavailable, connect.CodeOf(foreign.Err()), "the server stops")
}
