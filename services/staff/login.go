package staff

import (
	"crypto/sha256"
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
