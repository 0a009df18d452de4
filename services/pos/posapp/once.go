package posapp

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
)

// idempotencyHeader is the header that a vendor may send with a write.
const idempotencyHeader = "Idempotency-Key"

// once lets a write through whose Idempotency-Key, if it has one, is new or came
// with the same content before. What came of it is not kept: what a retry meets are
// the natural keys, which answer from the facts and hold for ever, so a key that is
// written and a write that fails leave nothing half done. What only checks uses up no
// key. Faults:
// pos.bad_idempotency_key, pos.idempotency_key_reused.
func (a *App) once(ctx context.Context, req proto.Message) error {
	key := rpc.Header(ctx).Get(idempotencyHeader)
	if c, ok := req.(interface{ GetValidateOnly() bool }); key == "" || ok && c.GetValidateOnly() {
		return nil
	}
	if err := pos.CheckIdempotencyKey(key); err != nil {
		return err
	}
	actor, now := rpc.Actor(ctx), a.Clock.Now()
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return err
	}
	method := string(req.ProtoReflect().Descriptor().FullName())
	hash := sha256.Sum256([]byte(method + " " + key))
	body := keys.Fingerprint(fingerprint(req))
	first, err := posdb.New(a.DB.Single(actor.Tenant)).UseIdempotencyKey(ctx, posdb.UseIdempotencyKeyParams{
		TenantID: actor.Tenant, KeyID: actor.Key, Hash: hash[:], Body: body, Now: now, KeptSince: now.Add(-pos.KeptFor),
	})
	if err == nil && first != body {
		err = pos.ErrKeyReused
	}
	return err
}

// fingerprint is what a request says, whatever it was encoded with: its fields as
// they were understood, in the order of their numbers. What a newer SDK says in
// fields that are not known here is not part of it.
func fingerprint(m proto.Message) string {
	h := sha256.New()
	writeMessage(h, m.ProtoReflect())
	return hex.EncodeToString(h.Sum(nil))
}

func writeMessage(h hash.Hash, m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) {
			continue
		}
		v := m.Get(f)
		writeInt(h, uint64(f.Number()))
		if !f.IsList() {
			writeValue(h, f, v)
			continue
		}
		writeInt(h, uint64(v.List().Len()))
		for j := range v.List().Len() {
			writeValue(h, f, v.List().Get(j))
		}
	}
	writeInt(h, 0) // the end: no field has this number
}

func writeValue(h hash.Hash, f protoreflect.FieldDescriptor, v protoreflect.Value) {
	switch x := v.Interface().(type) {
	case protoreflect.Message:
		writeMessage(h, x)
	case string:
		writeInt(h, uint64(len(x)))
		h.Write([]byte(x))
	case []byte:
		writeInt(h, uint64(len(x)))
		h.Write(x)
	case bool:
		writeInt(h, map[bool]uint64{true: 1}[x])
	case protoreflect.EnumNumber:
		writeInt(h, uint64(x))
	case int32:
		writeInt(h, uint64(x))
	case int64:
		writeInt(h, uint64(x))
	case uint32:
		writeInt(h, uint64(x))
	case uint64:
		writeInt(h, x)
	case float32:
		writeInt(h, uint64(math.Float32bits(x)))
	case float64:
		writeInt(h, math.Float64bits(x))
	default: // maps: no request of ours has one
		panic(fmt.Sprintf("posapp: a field %s of a kind that is not fingerprinted", f.FullName()))
	}
}

func writeInt(h hash.Hash, n uint64) {
	h.Write(binary.AppendUvarint(nil, n))
}
