package staff

import (
	"crypto/sha256"
	"net/netip"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of coming in.
var (
	// ErrWrongLogin is the one answer for an unknown chain, an unknown person, a
	// person without a password or no longer employed, and a wrong password.
	ErrWrongLogin   = fault.New(fault.Unauthenticated, "auth.wrong_login", "企业代码、账号或密码不正确。")
	ErrWrongProof   = fault.New(fault.Forbidden, "auth.wrong_proof", "密码或验证码不正确，请重新输入。")
	ErrSessionEnded = fault.New(fault.Unauthenticated, "auth.session_ended", "登录已失效，请重新登录。")
	ErrBadKey       = fault.New(fault.Unauthenticated, "auth.bad_key", "接口密钥无效、已过期或已停用。")
	ErrKeyTypo      = fault.New(fault.Unauthenticated, "auth.key_typo", "接口密钥抄写有误：校验码不符，请重新复制。")
)

// TooManyTries asks to wait.
func TooManyTries(wait time.Duration) error {
	f := fault.New(fault.TooMany, "auth.too_many_tries", "尝试次数过多，请稍后再试。在常用设备上登录不受他人尝试的影响。")
	f.RetryAfter = wait
	return f
}

// Tries are failed logins counted in one bucket.
type Tries struct {
	Failures int32
	LastAt   time.Time
}

const (
	freeTries  = 5 // before any wait
	firstWait  = 2 * time.Second
	longestDue = 15 * time.Minute
)

// TriesForgottenAfter is how long without a try until a bucket counts from zero.
const TriesForgottenAfter = 24 * time.Hour

// Wait says how long the next try must wait, doubling with each failure beyond
// the free ones; 0 = now.
func (t Tries) Wait(now time.Time) time.Duration {
	if t.Failures < freeTries || now.Sub(t.LastAt) >= TriesForgottenAfter {
		return 0
	}
	due := longestDue
	if over := t.Failures - freeTries; over < 9 {
		due = min(due, firstWait<<over)
	}
	return max(0, t.LastAt.Add(due).Sub(now))
}

// Charge counts a try before its password is looked at, so that a hundred at
// once are a hundred tries and not one. A success takes the bucket away.
func (t Tries) Charge(now time.Time) Tries {
	if now.Sub(t.LastAt) >= TriesForgottenAfter {
		t.Failures = 0
	}
	return Tries{Failures: t.Failures + 1, LastAt: now}
}

// AddressTries are failed logins from one address at devices unknown to the
// person meant: a level that each raises by one and time lowers.
type AddressTries struct {
	Level  int32
	LastAt time.Time
}

const (
	addressFree  = 100             // an office's first morning, and a shop's typing errors
	addressDrain = 6 * time.Second // then one try each
)

// at is the level as time has lowered it.
func (t AddressTries) at(now time.Time) AddressTries {
	drained := int64(now.Sub(t.LastAt) / addressDrain)
	if drained >= int64(t.Level) {
		return AddressTries{0, now}
	}
	return AddressTries{t.Level - int32(drained), t.LastAt.Add(time.Duration(drained) * addressDrain)}
}

// Wait says how long the next try from the address must wait; 0 = now.
func (t AddressTries) Wait(now time.Time) time.Duration {
	if t = t.at(now); t.Level < addressFree {
		return 0
	}
	return t.LastAt.Add(addressDrain).Sub(now)
}

// Charge counts a try before its password is looked at; a success takes one away.
func (t AddressTries) Charge(now time.Time) AddressTries {
	t = t.at(now)
	t.Level++
	return t
}

// AddressBucket names where tries from an address are counted: those of an IPv6
// network together, which is one customer's. Nil: no address is known.
func AddressBucket(address string) []byte {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return nil
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		network, _ := ip.Prefix(64) // every IPv6 address has one
		ip = network.Addr()
	}
	h := sha256.New()
	h.Write([]byte("address\x00" + ip.String()))
	return h.Sum(nil)
}

// Bucket names where tries are counted: those on a device the person has come
// in from before apart from everybody else's, so that strangers who guess never
// lock him out there. Unknown accounts are counted by what was typed, so that
// they answer as known ones do.
func Bucket(person kernel.PersonID, typed string, device []byte, known bool) []byte {
	h := sha256.New()
	switch {
	case person.IsZero():
		h.Write([]byte("typed\x00" + typed))
	case known:
		h.Write([]byte("device\x00"))
		h.Write(person[:])
		h.Write(device)
	default:
		h.Write([]byte("person\x00"))
		h.Write(person[:])
	}
	return h.Sum(nil)
}
