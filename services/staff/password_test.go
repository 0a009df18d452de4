package staff

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel/fault"
)

func TestPasswordRules(t *testing.T) {
	rules := PasswordRules{Common: func(p string) bool { return strings.EqualFold(p, "iloveyou1") }}
	who := Guessable{Chain: "常来茶餐厅", Code: "changlai", Name: "李明", StaffNo: "E0005", Number: "+8613800138000"}
	for _, c := range []struct{ password, reason string }{
		{"", "auth.password_short"},
		{"1234567", "auth.password_short"},
		{"茶壶里有三条鱼", "auth.password_short"},
		{"茶壶里有三条小鱼", ""},
		{"qpwoeiru", ""},
		{"  eight  ", ""}, // as typed: blanks count, any may stand anywhere
		{strings.Repeat("长 短 ", 50), ""},
		{strings.Repeat("长 短 ", 50) + "1", "auth.password_long"},
		{"aaaaaaaaaaaa", "auth.password_common"},
		{"abababababab", "auth.password_common"},
		{"ILoveYou1", "auth.password_common"},
		{"liming1988", "auth.password_personal"},
		{"LiMing1988", "auth.password_personal"},
		{"李明李明1988", "auth.password_personal"},
		{"E0005E0005", "auth.password_personal"},
		{"13800138000", "auth.password_personal"},
		{"a00138000b", "auth.password_personal"},
		{"changlai1", "auth.password_personal"},
		{"常来茶餐厅2024!", "auth.password_personal"},
		{"changke123", "auth.password_personal"},
		{"liming and the tea pot", ""},
	} {
		err := rules.Check(c.password, who)
		if c.reason == "" {
			require.NoError(t, err, c.password)
			continue
		}
		var f *fault.Fault
		require.True(t, errors.As(err, &f), c.password)
		require.Equal(t, c.reason, f.Reason, c.password)
		require.Equal(t, "password", f.Violations[0].Field)
	}
	require.NoError(t, PasswordRules{}.Check("qpwoeiru", Guessable{}), "nothing known, no list")
}
