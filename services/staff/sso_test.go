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
		staffNo, number, ok := c.provider.Meant(c.claims)
		require.Equal(t, c.ok, ok, c.name)
		if ok {
			require.Equal(t, c.staffNo, staffNo, c.name)
			require.Equal(t, c.number, number, c.name)
		}
	}
}
