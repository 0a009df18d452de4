package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/staff/staffapp"
)

// eraseMessagesTx lets message forget guests whom customer erases.
func (p *product) eraseMessagesTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, aliases []customer.Alias) error {
	c := customer.Columns(aliases)
	return p.messages.EraseTx(ctx, tx, id, c.Stores, c.Numbers, c.Froms, c.Untils)
}

// copyMessages tells a guest which messages went to him.
func (p *product) copyMessages(ctx context.Context, id kernel.TenantID, numberKey []byte) ([]customer.Sheet, error) {
	stores, err := p.tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	sent, err := p.messages.SentTo(ctx, id, numberKey)
	sheet := customer.Sheet{Title: "短信记录", Head: []string{"门店", "时间", "类型", "内容"}}
	for _, m := range sent {
		for _, s := range stores {
			if s.ID == m.Store {
				sheet.Rows = append(sheet.Rows, []string{s.Name, m.At.In(s.Zone).Format("2006-01-02 15:04"), m.Label, m.Text})
			}
		}
	}
	return []customer.Sheet{sheet}, err
}

// sendCodeTx lets message send a one-time code to a member of staff.
func (p *product) sendCodeTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, m staffapp.CodeMessage, now time.Time) error {
	store, err := p.tenants.Store(ctx, id, m.Store)
	if err != nil {
		return err
	}
	_, err = p.messages.QueueTx(ctx, tx, id, m.Keys, message.New{
		Store: m.Store, Template: message.AccountCode, Number: m.Number, Secret: m.Code,
		Params: map[string]string{message.ParamStore: store.Name, message.ParamName: m.Name},
	}, now)
	return err
}
