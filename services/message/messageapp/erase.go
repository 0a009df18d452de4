package messageapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
)

// EraseTx takes erased guests out of the ledger (DEL-03): that a store sent a
// message of a kind at a moment stays, to whom and what it said goes; what is
// queued is not sent. A number counts on the days on which it was his. Codes to members of staff are left alone.
func (a *App) EraseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, stores []kernel.UUID, numbers [][]byte, froms, untils []kernel.BusinessDate) error {
	return messagedb.New(tx).EraseMessages(ctx, messagedb.EraseMessagesParams{TenantID: id, Stores: stores, Numbers: numbers, Froms: froms, Untils: untils, Kept: message.AccountCode})
}

// SentTo is a message as its guest reads it in his copy.
type SentTo struct {
	Store kernel.StoreID
	At    time.Time
	Label string
	Text  string
	State message.State
}

// SentTo lists what went to a number, oldest first (DEL-03).
func (a *App) SentTo(ctx context.Context, id kernel.TenantID, numberKey []byte) ([]SentTo, error) {
	rows, err := messagedb.New(a.DB.Single(id)).MessagesOfNumber(ctx, id, numberKey, message.AccountCode)
	if err != nil {
		return nil, err
	}
	out := make([]SentTo, len(rows))
	for i, r := range rows {
		t, text, err := messagedb.Text(r.Template, r.Params)
		if err != nil {
			return nil, err
		}
		out[i] = SentTo{r.StoreID, r.CreatedAt, t.Label, text, message.State(r.State)}
	}
	return out, nil
}
