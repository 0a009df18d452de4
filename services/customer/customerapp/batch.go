package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Decided is one decision of many; Fault says why it was not taken, nil: it was.
type Decided struct {
	File     kernel.FileID
	Decision customer.Decision
	Fault    *fault.Fault
}

// BatchReview decides many files, each as Review does and in a transaction of
// its own: what is wrong with one stops no other.
func (a *App) BatchReview(ctx context.Context, grant kernel.Grant, now time.Time, batch []Decided) error {
	for i := range batch {
		err := a.decide(ctx, grant, now, batch[i].File, batch[i].Decision)
		if err != nil && !errors.As(err, &batch[i].Fault) {
			return err
		}
	}
	return nil
}
