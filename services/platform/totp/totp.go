// Package totp is the second factor: six digits that an authenticator app makes
// anew every half minute (RFC 6238). A code counts once: callers keep the step
// of the last one used and take only a later one, in a conditional UPDATE.
package totp

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// Period is how long a code is shown; one before and one after count too, for
// clocks that go wrong and fingers that are slow.
const Period = 30 * time.Second

// NewSecret makes a secret of 160 random bits in base32, as apps take it.
func NewSecret() string {
	b := make([]byte, 20)
	_, _ = rand.Read(b)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// URI is what a QR code for an app says: otpauth://totp/issuer:account?….
func URI(issuer, account, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + account, RawQuery: q.Encode()}).String()
}

// Step finds the step whose code was typed, among the three that count now.
func Step(secret, code string, now time.Time) (step int64, ok bool) {
	for _, near := range []int64{0, -1, 1} {
		at := now.Unix()/int64(Period/time.Second) + near
		if want, err := codeAt(secret, at); err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at, true
		}
	}
	return step, ok
}

// Code is what an app shows now.
func Code(secret string, now time.Time) (string, error) {
	return codeAt(secret, now.Unix()/int64(Period/time.Second))
}

func codeAt(secret string, step int64) (string, error) {
	return hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
}
