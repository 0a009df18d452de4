// Command protodep writes the .proto files that our own protos import but that
// are not part of this repository. It prints them from the descriptors of the
// Go packages we link anyway, so that sources and the running code can never
// be of different versions and generating needs no schema registry.
//
// Usage: protodep DIR
package main

import (
	"log"
	"os"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"github.com/jhump/protoreflect/v2/protoprint"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: protodep DIR")
	}
	files := []protoreflect.FileDescriptor{validate.File_buf_validate_validate_proto}
	if err := (&protoprint.Printer{}).PrintProtosToFileSystem(files, os.Args[1]); err != nil {
		log.Fatal("protodep: ", err)
	}
}
