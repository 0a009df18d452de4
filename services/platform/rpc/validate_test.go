package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel/fault"
)

// TestWordsOfBounds: what a vendor's first bills lack is said in Chinese, with its bound.
func TestWordsOfBounds(t *testing.T) {
	t.Parallel()
	err := validate(&posv1.RecordBillsRequest{Bills: []*visitv1.Bill{{StoreCode: strings.Repeat("S", 41), BusinessDate: "3.3."}}})
	var f *fault.Fault
	require.ErrorAs(t, err, &f)
	said := map[string]string{}
	for _, v := range f.Violations {
		said[v.Field] = v.Message
	}
	require.Equal(t, "最多 40 个字", said["bills[0].store_code"])
	require.Equal(t, "没有填，或不满 1 个字", said["bills[0].source"])
	require.Equal(t, "没有填，或格式不对，要合乎 ^[0-9]{4}-[0-9]{2}-[0-9]{2}$", said["bills[0].business_date"])
	require.Equal(t, "没有填", said["bills[0].close_time"])
}
