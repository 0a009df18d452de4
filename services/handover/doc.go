// Package handover holds the words and rules of moving a referrer's guests to
// another (客户交接): the case with its steps and whose turn each is (HND-02), what
// breaks it and where its files go then (HND-05), and custody that ends by itself
// (HND-08). It is pure. Ties are ownership's: a case holds them, passes them on, or
// lets them go, and never writes one.
package handover
