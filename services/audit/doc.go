// Package audit is the rules of the log of acts: what a line is, how lines are
// sealed in a chain of blocks, what is found when the chain does not hold, and
// the words of every act. platform/audit writes the lines.
package audit
