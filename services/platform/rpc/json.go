package rpc

import (
	"errors"
	"regexp"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// JSON reads and writes messages as Connect's own codec does, but says of what
// it can't read only where it stands: the words of protobuf quote the value,
// which is a guest's number when a till sends that as 13800138000 and not in
// quotes.
func JSON() connect.HandlerOption {
	return connect.WithHandlerOptions(connect.WithCodec(jsonCodec{"json"}), connect.WithCodec(jsonCodec{"json; charset=utf-8"}))
}

type jsonCodec struct{ name string }

var errNotProto = errors.New("not a protobuf message")

// Name is the content type's part behind "application/".
func (c jsonCodec) Name() string { return c.name }

// Marshal writes a message.
func (c jsonCodec) Marshal(msg any) ([]byte, error) { return c.MarshalAppend(nil, msg) }

// MarshalAppend writes a message behind what is there.
func (jsonCodec) MarshalAppend(dst []byte, msg any) ([]byte, error) {
	m, ok := msg.(proto.Message)
	if !ok {
		return nil, errNotProto
	}
	return protojson.MarshalOptions{}.MarshalAppend(dst, m)
}

// where is the place in protobuf's words: line and column, the field's name.
var where = regexp.MustCompile(`\(line \d+:\d+\)|field [A-Za-z_.]+`)

// Unmarshal reads a message; fields it does not know are a newer client's.
func (jsonCodec) Unmarshal(body []byte, msg any) error {
	m, ok := msg.(proto.Message)
	if !ok {
		return errNotProto
	}
	if len(body) == 0 {
		return errors.New("an empty body is no JSON object")
	}
	err := protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, m)
	if err == nil {
		return nil
	}
	text := "not the JSON of " + string(m.ProtoReflect().Descriptor().FullName())
	// Fields are named before values are quoted.
	for i, at := range where.FindAllString(err.Error(), 2) {
		if i == 0 || at[0] == 'f' {
			text += " " + at
		}
	}
	return errors.New(text)
}
