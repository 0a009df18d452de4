package customer

import (
	"log/slog"
	"strings"
	"unicode/utf8"
)

// Name is a guest's name. It prints itself masked (张*, 欧阳*, J*** S***): logs,
// errors, JSON and %v can never give it away; only Full does.
type Name string

// Full is the name itself, for the database and for whoever may see it.
func (n Name) Full() string { return string(n) }

// Masked shows enough to tell guests apart in a talk and too little to know
// whose file it is: the surname of a Han name, the initials of a foreign one.
func (n Name) Masked() string {
	switch {
	case n == "":
		return ""
	case strings.ContainsFunc(string(n), isHan):
		runes := []rune(string(n))
		return string(runes[:min(surnameLength(runes), len(runes))]) + "*"
	}
	words := strings.Fields(string(n))
	for i, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		words[i] = string(first) + "***"
	}
	return strings.Join(words, " ")
}

// String is Masked.
func (n Name) String() string { return n.Masked() }

// GoString is Masked, so that %#v leaks nothing either.
func (n Name) GoString() string { return n.Masked() }

// LogValue is Masked.
func (n Name) LogValue() slog.Value { return slog.StringValue(n.Masked()) }

// MarshalText is Masked: a name never travels inside JSON by accident.
func (n Name) MarshalText() ([]byte, error) { return []byte(n.Masked()), nil }

// fieldsText is what the fields of a file print as.
const fieldsText = "customer.Fields"

// String says only what it is: no field of a guest is printed by accident.
func (Fields) String() string { return fieldsText }

// GoString is String.
func (Fields) GoString() string { return fieldsText }

// LogValue is String.
func (Fields) LogValue() slog.Value { return slog.StringValue(fieldsText) }

// MarshalText is String: what stores fields says so by a type of its own.
func (Fields) MarshalText() ([]byte, error) { return []byte(fieldsText), nil }
