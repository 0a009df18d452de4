package secret

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/changke/changke/services/kernel"
)

// SealBytes boxes any secret of the tenant for one row of one table; elsewhere
// it does not open.
func (k *Keys) SealBytes(plain []byte, table string, row kernel.UUID) ([]byte, error) {
	return k.seal(plain, k.boxContext(table, row))
}

// OpenBytes reads a box of that row.
func (k *Keys) OpenBytes(box []byte, table string, row kernel.UUID) ([]byte, error) {
	plain, err := k.open(box, k.boxContext(table, row))
	if err != nil {
		return nil, fmt.Errorf("secret of a row of %s cannot be opened", table)
	}
	return plain, nil
}

// Digest is what a short secret is recognised by: 32 bytes that nobody without
// the tenant's keys can try values against.
func (k *Keys) Digest(purpose, value string) []byte {
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write([]byte("changke digest " + purpose + "\x00" + value))
	return mac.Sum(nil)
}
