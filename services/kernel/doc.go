// Package kernel holds the words every context shares: ids, the actor and what
// he may reach, money, numbers, business dates and the clock. It is pure and
// imports the standard library only, so any room of the house may use it.
package kernel
