// Package messagedb is the SQL of the outbox and ledger of messages.
package messagedb

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/message"
)

// Text renders a stored message.
func Text(template string, params []byte) (message.Template, string, error) {
	t, err := message.TemplateOf(template)
	if err != nil {
		return t, "", err
	}
	var filled map[string]string
	if err := json.Unmarshal(params, &filled); err != nil {
		return t, "", fmt.Errorf("parameters of a message: %T", err) // never the text: it holds personal data
	}
	return t, t.Render(filled), nil
}
