package snippets

import (
	"io"
	"log/slog"
	"net/http"
	"time"

	changke "github.com/changke/changke/services/pos/sdk/go"
)

// Webhooks is chapter 9.
func Webhooks(newSecret, oldSecret string, handle func(changke.Event) error) (http.Handler, error) {
	// [webhook]
	verifier, err := changke.NewVerifier(newSecret, oldSecret) // 轮换期间两个都收；平时一个
	if err != nil {
		return nil, err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20)) // 原样的字节，不要先解析
		if err != nil {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		event, err := verifier.Verify(r.Header, body, time.Now())
		if err != nil {
			http.Error(w, "bad signature", http.StatusBadRequest)
			return
		}
		if err := handle(event); err != nil { // 按 event.ID 去重；不认识的类型直接放过
			slog.Error("处理失败，等对方重推", "event", event.ID, "error", err)
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	// [end]
	return handler, nil
}
