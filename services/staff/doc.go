// Package staff holds the words of people and their rights (员工与权限): who
// works where in which post, what each role may do, how sessions, API keys and
// passwords are read, and who may give what to whom.
package staff
