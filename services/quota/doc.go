// Package quota holds what each post must reach in a month (考核, QTA): the
// table of targets and the ramp of newcomers as values of the rule set, and the
// functions that make a person's score of posts held and facts counted. A score
// is a function of the month's facts, so it can be made again at any time.
package quota
