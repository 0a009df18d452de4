package rpc_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
)

var (
	tenantA = kernel.NewID[kernel.TenantID](time.Unix(1, 0))
	tenantB = kernel.NewID[kernel.TenantID](time.Unix(2, 0))
)

func TestPageToken(t *testing.T) {
	t.Parallel()
	token := rpc.PageToken(tenantA, "张三", "x\x00y")
	parts, err := rpc.ParsePageToken(tenantA, token, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"张三", "x\x00y"}, parts)
	parts, err = rpc.ParsePageToken(tenantA, "", 2)
	require.NoError(t, err)
	require.Nil(t, parts)
	for name, parse := range map[string]func() ([]string, error){
		"another tenant": func() ([]string, error) { return rpc.ParsePageToken(tenantB, token, 2) },
		"another list":   func() ([]string, error) { return rpc.ParsePageToken(tenantA, token, 3) },
		"changed":        func() ([]string, error) { return rpc.ParsePageToken(tenantA, "A"+token[1:], 2) },
		"cut":            func() ([]string, error) { return rpc.ParsePageToken(tenantA, token[:8], 2) },
	} {
		_, err := parse()
		require.Equal(t, fault.Invalid, fault.KindOf(err), name)
	}
}

func FuzzParsePageToken(f *testing.F) {
	f.Add(rpc.PageToken(tenantA, "a", "b"))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		parts, err := rpc.ParsePageToken(tenantB, token, 2)
		if err == nil && parts != nil {
			t.Fatalf("a token nobody signed was taken: %q", token)
		}
	})
}
