package staff

import (
	"crypto/rand"
	"hash/crc32"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of API keys; ErrNoKey is also the answer for keys out of reach.
var (
	ErrNoKey    = fault.New(fault.NotFound, "apikey.not_found", "没有找到这个接口密钥。")
	ErrKeyEnded = fault.New(fault.Conflict, "apikey.ended", "这个密钥已经吊销或过期，不能更换，请新建一个。")
	ErrTwoLive  = fault.New(fault.Conflict, "apikey.two_live", "同一用途最多同时有两个可用的密钥，请先吊销旧的，或另起一个用途名称。")
)

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

// DefaultKeyCalls is how many calls a minute a key may make in one process unless
// the server or the key says otherwise.
const DefaultKeyCalls = 6000

// KeyCallsLimit is the name of that limit in answers.
const KeyCallsLimit = "key.calls_per_minute"

// KeyUseEvery is how often a process notes that a key is in use.
const KeyUseEvery = time.Minute

// MaxLiveKeys is how many live keys of one label there may be: the old one and
// its successor while tills change over.
const MaxLiveKeys = 2

// APIKey is a POS vendor's key (ROL-06).
type APIKey struct {
	ID             kernel.UUID
	Label          string
	Prefix         string
	Scopes         []string
	Stores         []kernel.StoreID // at least one
	CreatedAt      time.Time
	ExpiresAt      time.Time
	RevokedAt      *time.Time
	UsedAt         *time.Time   // to the minute; nil: never
	Successor      *kernel.UUID // the key it was rotated to
	CallsPerMinute int32        // its own limit; 0: the server's
}

// Live reports whether the key opens anything.
func (k APIKey) Live(now time.Time) bool { return k.RevokedAt == nil && now.Before(k.ExpiresAt) }

// Calls is the limit of the key under what the server allows any key.
func (k APIKey) Calls(allowed int32) int32 {
	if k.CallsPerMinute == 0 {
		return allowed
	}
	return min(k.CallsPerMinute, allowed)
}

// TooManyCalls is the fault of a key that calls more often than it may.
func TooManyCalls(calls int32, wait, reset time.Duration) error {
	f := fault.Newf(fault.TooMany, "apikey.too_many_calls", "这个密钥每分钟最多调用 %d 次，请按 Retry-After 稍后再发；账单可以 500 张一批。", calls)
	f.RetryAfter, f.Limit = wait, &fault.Limit{Name: KeyCallsLimit, Value: calls, Reset: reset}
	return f
}

// FreeSlot gives a slot of the label that no live key holds. Fault: apikey.two_live.
func FreeSlot(taken []int16) (int16, error) {
	for slot := int16(1); slot <= MaxLiveKeys; slot++ {
		if !slices.Contains(taken, slot) {
			return slot, nil
		}
	}
	return 0, ErrTwoLive
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
