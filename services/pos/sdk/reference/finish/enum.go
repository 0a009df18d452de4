package main

import (
	"fmt"
	"os"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// Where a descriptor's parts stand: field numbers of descriptor.proto.
const (
	enumOfFile  = 5
	valueOfEnum = 2
)

// meanings reads the comment at each value of the protos' enumerations that stand in
// files themselves. Values have the name of their enumeration in front, so that a name
// is one value's only.
func meanings(path string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := map[string]string{}
	for _, f := range set.GetFile() {
		for _, l := range f.GetSourceCodeInfo().GetLocation() {
			at := l.GetPath()
			if len(at) == 4 && at[0] == enumOfFile && at[2] == valueOfEnum && l.GetLeadingComments() != "" {
				out[f.GetEnumType()[at[1]].GetValue()[at[3]].GetName()] = l.GetLeadingComments()
			}
		}
	}
	return out, nil
}
