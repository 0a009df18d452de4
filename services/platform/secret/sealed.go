package secret

import (
	"bytes"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/changke/changke/services/kernel"
)

// Seal boxes what belongs to no tenant, bound to a purpose and a row: elsewhere
// it does not open.
func (m *Master) Seal(plain []byte, purpose string, row kernel.UUID) ([]byte, error) {
	box, err := subtle.NewAESGCM(m.Derive(purpose))
	if err != nil {
		return nil, err
	}
	return box.Encrypt(plain, sealContext(purpose, row))
}

// Unseal opens what Seal boxed for that purpose and row, under this master key
// or the one it replaces.
func (m *Master) Unseal(box []byte, purpose string, row kernel.UUID) ([]byte, error) {
	for ; m != nil; m = m.before {
		aead, err := subtle.NewAESGCM(m.Derive(purpose))
		if err != nil {
			return nil, err
		}
		if plain, err := aead.Decrypt(box, sealContext(purpose, row)); err == nil {
			return plain, nil
		}
	}
	return nil, fmt.Errorf("what was sealed as %q cannot be opened", purpose)
}

func sealContext(purpose string, row kernel.UUID) []byte {
	return bytes.Join([][]byte{[]byte(purpose), row[:]}, []byte{0})
}
