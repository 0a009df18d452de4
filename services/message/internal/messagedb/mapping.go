// Package messagedb is the SQL of the outbox and ledger of messages.
package messagedb

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/message"
)

// Text renders a stored message as it is shown.
func Text(template string, params []byte) (message.Template, string, error) {
	t, filled, err := filling(template, params)
	return t, t.Render(filled), err
}

// TextWith renders a stored message as it is sent, with its secret.
func TextWith(template string, params []byte, secret string) (string, error) {
	t, filled, err := filling(template, params)
	return t.RenderSecret(filled, secret), err
}

func filling(template string, params []byte) (t message.Template, filled map[string]string, err error) {
	filled = map[string]string{}
	if t, err = message.TemplateOf(template); err != nil {
		return t, filled, err
	}
	if err := json.Unmarshal(params, &filled); err != nil {
		return t, filled, fmt.Errorf("parameters of a message: %T", err) // never the text: it holds personal data
	}
	return t, filled, nil
}
