package rpc

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// pageKey signs page tokens. It is the process's own unless the server sets
// one, which it must as soon as several processes answer the same browsers.
var pageKey = func() []byte { b := make([]byte, 32); _, _ = rand.Read(b); return b }()

// SetPageKey makes processes understand each other's page tokens.
func SetPageKey(key []byte) { pageKey = key }

// PageToken packs where the next page begins, bound to the tenant.
func PageToken(tenant kernel.TenantID, parts ...string) string {
	body, _ := json.Marshal(parts) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(append(seal(tenant, body), body...))
}

// ParsePageToken unpacks a token of n parts; an empty token gives nil, one that
// was not made here for this tenant a fault.
func ParsePageToken(tenant kernel.TenantID, token string, n int) ([]string, error) {
	if token == "" {
		return nil, nil
	}
	bad := fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < sealSize || !hmac.Equal(raw[:sealSize], seal(tenant, raw[sealSize:])) {
		return nil, bad
	}
	var parts []string
	if err := json.Unmarshal(raw[sealSize:], &parts); err != nil || len(parts) != n {
		return nil, bad
	}
	return parts, nil
}

const sealSize = 16

func seal(tenant kernel.TenantID, body []byte) []byte {
	mac := hmac.New(sha256.New, pageKey)
	mac.Write(tenant[:])
	mac.Write(body)
	return mac.Sum(nil)[:sealSize]
}
