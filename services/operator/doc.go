// Package operator is the platform's operator (平台运营方): his account, the
// chains he makes, suspends and closes, their exports, and looking into a chain
// by its consent. It knows no guests.
package operator
