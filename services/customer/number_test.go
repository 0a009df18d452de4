package customer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

func TestParseSearch(t *testing.T) {
	t.Parallel()
	type S = customer.Search
	for q, want := range map[string]S{
		"": {}, "   ": {},
		"234":           {Kind: customer.SearchLast, From: "432", To: "432\U0010FFFF"},
		"1234":          {Kind: customer.SearchLast, From: "4321", To: "4321\U0010FFFF"},
		"0012":          {Kind: customer.SearchLast, From: "2100", To: "2100\U0010FFFF"},
		"000":           {Kind: customer.SearchLast, From: "000", To: "000\U0010FFFF"},
		"１２３４":          {Kind: customer.SearchLast, From: "4321", To: "4321\U0010FFFF"},
		"13812341234":   {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"138 1234 1234": {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"+85291234567":  {Kind: customer.SearchNumber, Number: "+85291234567"},
		"8613812341234": {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"12012345678":   {Kind: customer.SearchNumber, Number: "+8612012345678"}, // imported as it was
		"王":             {Kind: customer.SearchName, From: "王", To: "王\U0010FFFF"},
		"王 建":           {Kind: customer.SearchName, From: "王建", To: "王建\U0010FFFF"},
		"阿迪力・":          {Kind: customer.SearchName, From: "阿迪力·", To: "阿迪力·\U0010FFFF"},
		"WJ":            {Kind: customer.SearchInitials, From: "wj", To: "wj\U0010FFFF"},
		"John S":        {Kind: customer.SearchInitials, From: "johns", To: "johns\U0010FFFF"},
	} {
		got, err := customer.ParseSearch(q)
		require.NoError(t, err, q)
		require.Equal(t, want, got, q)
	}
	for _, q := range []string{"1", "12", "00", "12345", "1234567890", "%", "'; drop table guest; --1", "王%1\x00"} {
		got, err := customer.ParseSearch(q)
		require.Error(t, err, q)
		require.Empty(t, got, q)
	}
}
