// Package pos holds the words of what POS vendors build on (收银接口): faults,
// events and their signature. Pure: no context, clock, SQL or proto.
package pos

import (
	"time"

	"github.com/changke/changke/services/kernel/fault"
)

// KeptFor is how long idempotency keys, events and the numbers of calls are kept.
const KeptFor = 35 * 24 * time.Hour

// Faults of the interface.
var (
	ErrBadNumber    = fault.New(fault.Invalid, "pos.bad_number", "号码不正确：大陆手机 11 位，其他地区请带国际区号，如 +852。")
	ErrUnknownStaff = fault.New(fault.Invalid, "pos.unknown_staff", "没有这个员工号，或者他那天已不在职，请与门店核对。")
	ErrBadKey       = fault.New(fault.Invalid, "pos.bad_idempotency_key", "Idempotency-Key 须为 1 到 100 个可见的 ASCII 字符，例如一个 UUID。")
	ErrKeyReused    = fault.New(fault.Conflict, "pos.idempotency_key_reused", "这个 Idempotency-Key 已经用于另一份内容。重试请原样重发；新的内容请换一个新的 Key。")
)

// CheckIdempotencyKey refuses what is no key. Fault: pos.bad_idempotency_key.
func CheckIdempotencyKey(key string) error {
	if len(key) == 0 || len(key) > 100 {
		return ErrBadKey
	}
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return ErrBadKey
		}
	}
	return nil
}
