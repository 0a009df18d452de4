package staff

import (
	"crypto/rand"
	"hash/crc32"
	"math/big"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// ErrNoKey is also the answer for keys out of reach.
var ErrNoKey = fault.New(fault.NotFound, "apikey.not_found", "没有找到这个接口密钥。")

const (
	keyPrefix   = "ck_live_"
	keyRandom   = 32 // base62 characters: 190 bits
	keyChecksum = 6  // base62 characters of a CRC-32
	base62      = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// NewSecret makes the secret of an API key: ck_live_, 32 random base62
// characters, 6 of checksum. It is shown once; the database keeps its Hash.
func NewSecret() string {
	b := []byte(keyPrefix)
	for range keyRandom {
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(base62))))
		b = append(b, base62[n.Int64()])
	}
	return string(b) + checksum(string(b))
}

// CheckSecret reports whether a text can be a key's secret: a typo is seen by
// its checksum, without the database. It says nothing about whether the key
// exists. Fault: auth.key_typo.
func CheckSecret(secret string) error {
	body := len(keyPrefix) + keyRandom
	if len(secret) != body+keyChecksum || !strings.HasPrefix(secret, keyPrefix) || checksum(secret[:body]) != secret[body:] {
		return ErrKeyTypo
	}
	return nil
}

// SecretPrefix is what lists show of a key: ck_live_ and four characters.
func SecretPrefix(secret string) string { return secret[:len(keyPrefix)+4] }

func checksum(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	var b [keyChecksum]byte
	for i := keyChecksum - 1; i >= 0; i-- {
		b[i] = base62[sum%62]
		sum /= 62
	}
	return string(b[:])
}

// APIKey is a POS vendor's key (ROL-06).
type APIKey struct {
	ID        kernel.UUID
	Label     string
	Prefix    string
	Scopes    []string
	Stores    []kernel.StoreID // at least one
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt *time.Time
}

// Actor is the key as the caller of a request: one assignment for each scope.
func (k APIKey) Actor(tenant kernel.TenantID, policyVersion int64) *kernel.Actor {
	a := &kernel.Actor{Kind: kernel.ActorKey, Tenant: tenant, Name: k.Label, Key: k.ID, PolicyVersion: policyVersion}
	for _, s := range k.Scopes {
		a.Assignments = append(a.Assignments, kernel.Assignment{ID: k.ID, Role: ScopeRole(s), Stores: k.Stores})
	}
	return a
}

// Within reports whether a grant reaches all stores of the key.
func (k APIKey) Within(g kernel.Grant) bool {
	return Post{Stores: k.Stores}.Within(g)
}
