// Package visit holds the words and rules of bookings, bills and the visits
// that come of them (预定与消费, VIS): who gets the credit, when a visit
// exists, what a bill's new revision changes, and how all of it is explained.
package visit
