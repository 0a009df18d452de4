// Package customer holds the words and rules of the VIP file (客户档案): what
// makes a name and a number acceptable (CUS-06, CUS-07), how far a file has
// come (CUS-02), who may decide it (CUS-03, ROL-04), whether the guest is
// active (LIF-01) and what people mean when they type into the search box.
// It is pure: values in, verdict out.
package customer
