package staff_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

func TestWhoAClaimMeans(t *testing.T) {
	for _, c := range []struct {
		name     string
		provider staff.SSOProvider
		claims   map[string]any
		staffNo  string
		number   kernel.Phone
		ok       bool
	}{
		{"staff number", staff.SSOProvider{Claim: "sub_no", Match: staff.MatchStaffNo}, map[string]any{"sub_no": " E0001 "}, "E0001", "", true},
		{"a number that is one", staff.SSOProvider{Claim: "no", Match: staff.MatchStaffNo}, map[string]any{"no": 10086.0}, "10086", "", true},
		{"missing", staff.SSOProvider{Claim: "no", Match: staff.MatchStaffNo}, map[string]any{"other": "E0001"}, "", "", false},
		{"a list", staff.SSOProvider{Claim: "no", Match: staff.MatchStaffNo}, map[string]any{"no": []any{"E0001"}}, "", "", false},
		{"phone", staff.SSOProvider{Claim: "phone_number", Match: staff.MatchPhone}, map[string]any{"phone_number": "+86 139-0000-0002"}, "", "+8613900000002", true},
		{"no phone", staff.SSOProvider{Claim: "phone_number", Match: staff.MatchPhone}, map[string]any{"phone_number": "E0001"}, "", "", false},
		{"e-mail", staff.SSOProvider{Claim: "email", Match: staff.MatchEmail, Domain: "chain.example"}, map[string]any{"email": "E0001@Chain.example", "email_verified": true}, "E0001", "", true},
		{"not verified", staff.SSOProvider{Claim: "email", Match: staff.MatchEmail, Domain: "chain.example"}, map[string]any{"email": "E0001@chain.example"}, "E0001", "", false},
		{"another domain", staff.SSOProvider{Claim: "email", Match: staff.MatchEmail, Domain: "chain.example"}, map[string]any{"email": "E0001@evil.example", "email_verified": true}, "E0001", "", false},
		{"two of them", staff.SSOProvider{Claim: "email", Match: staff.MatchEmail, Domain: "chain.example"}, map[string]any{"email": "E0001@evil@chain.example", "email_verified": true}, "E0001", "", false},
	} {
		meant, ok := c.provider.Meant(c.claims)
		require.Equal(t, c.ok, ok, c.name)
		if ok {
			require.Equal(t, staff.Meant{StaffNo: c.staffNo, Number: c.number}, meant, c.name)
		}
	}
	recorded := staff.SSOProvider{Claim: "upn", Match: staff.MatchRecord}
	meant, ok := recorded.Meant(map[string]any{"upn": " Zhou.Min@Chain.Example ", "email_verified": true})
	require.True(t, ok)
	require.Equal(t, staff.Meant{Email: "zhou.min@chain.example"}, meant)
	for _, claims := range []map[string]any{{"upn": "zhou.min@chain.example"}, {"upn": "zhou.min", "email_verified": true}, {"email_verified": true}} {
		_, ok = recorded.Meant(claims)
		require.False(t, ok, claims)
	}
}

func TestParseEmail(t *testing.T) {
	for text, want := range map[string]staff.Email{"": "", "  ": "", "Zhou@Chain.example": "zhou@chain.example", "ｚｈｏｕ＠chain.example": "zhou@chain.example"} {
		got, err := staff.ParseEmail(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"zhou", "@chain.example", "zhou@", "zhou@chain", "zhou@a@b.example", "zhou min@chain.example", "zhou@chain.example."} {
		_, err := staff.ParseEmail(text)
		require.Error(t, err, text)
	}
	require.Equal(t, "周***@chain.example", staff.Email("周敏@chain.example").String())
}
