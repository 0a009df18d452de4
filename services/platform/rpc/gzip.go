package rpc

import (
	"compress/gzip"
	"errors"
	"io"

	"connectrpc.com/connect"
)

var errTooLong = errors.New("the body unpacks to more than is read")

// Gzip reads packed bodies up to a length and stops there. Connect bounds what
// it keeps, but unpacks the rest all the same to tell how long it was: a
// gigabyte of zeros in a megabyte then costs seconds of a core, without a login.
func Gzip(max int64) connect.HandlerOption {
	return connect.WithCompression("gzip",
		func() connect.Decompressor { return &boundedGzip{max: max} },
		func() connect.Compressor { return gzip.NewWriter(io.Discard) })
}

type boundedGzip struct {
	gzip.Reader
	max, read int64
}

// Read gives one byte more than the bound, by which Connect sees that there is
// too much, and then fails.
func (b *boundedGzip) Read(p []byte) (int, error) {
	left := b.max + 1 - b.read
	if left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(int64(len(p)), left)])
	b.read += int64(n)
	return n, err
}

// Reset begins with a new body.
func (b *boundedGzip) Reset(r io.Reader) error {
	b.read = 0
	return b.Reader.Reset(r)
}
