// Package tenant holds the words of a chain and its stores (企业与门店) and of
// its rule sets (RUL-01): which values the rulebook leaves to the chain, what
// they are on a day and in a store, and what may be published.
package tenant
