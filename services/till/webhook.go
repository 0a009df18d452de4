package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/pos"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// push is an event that was sent to the vendor's webhook, and what it answered.
type push struct {
	what   words
	wanted bool // it is to be accepted
	status int  // 0: no answer
}

// right reports whether a webhook answered as it should: 2xx to what is ours, 4xx to
// what is not.
func (p push) right() bool {
	if p.wanted {
		return p.status >= 200 && p.status < 300
	}
	return p.status >= 400 && p.status < 500
}

// pushes sends events of a booking to the vendor's webhook as the server would, and
// some that nobody should believe. Of no address nothing is sent.
func pushes(ctx context.Context, o options, bookingRef, day string) (out []push, err error) {
	if o.Webhook == "" {
		return nil, nil
	}
	if _, err := changke.NewVerifier(o.WebhookSecret); err != nil {
		return nil, errors.New("--webhook-secret: give the whsec_… that the webhook is signed with")
	}
	now := time.Now()
	early := now.Add(-2 * changke.Tolerance)
	data := pos.BookingData{BookingID: kernel.NewID[kernel.UUID](now).String(), StoreCode: o.Store, Ref: bookingRef, State: "finished", BusinessDate: day, MealPeriod: 3}
	known, err := pos.Body(pos.BookingChanged, now, data)
	if err != nil {
		return nil, err
	}
	newer, err := pos.Body("certification.unknown", now, data)
	if err != nil {
		return nil, err
	}
	event, another := kernel.NewID[kernel.UUID](now), kernel.NewID[kernel.UUID](now)
	own, other := o.WebhookSecret, pos.NewSecret()
	for _, s := range []struct {
		what            words
		wanted          bool
		id              kernel.UUID
		at              time.Time
		signature, body string
	}{
		{words{"正常的", "an event"}, true, event, now, pos.Sign([]string{own}, event, now, known), known},
		{words{"重复的", "the same again"}, true, event, now, pos.Sign([]string{own}, event, now, known), known},
		{words{"轮换密钥时两个签名的", "one signed by two secrets"}, true, event, now, pos.Sign([]string{other, own}, event, now, known), known},
		{words{"类型不认识的", "one of an unknown type"}, true, another, now, pos.Sign([]string{own}, another, now, newer), newer},
		{words{"别人签名的", "one signed by another secret"}, false, event, now, pos.Sign([]string{other}, event, now, known), known},
		{words{"没有签名的", "one without a signature"}, false, event, now, "", known},
		{words{"内容改过的", "one that was changed"}, false, event, now, pos.Sign([]string{own}, event, now, known), known + " "},
		{words{"时间戳过期的", "one ten minutes old"}, false, event, early, pos.Sign([]string{own}, event, early, known), known},
	} {
		status, err := send(ctx, o.Webhook, s.id, s.at, s.signature, s.body)
		if err != nil {
			return nil, err
		}
		out = append(out, push{s.what, s.wanted, status})
	}
	return out, nil
}

// hooks calls webhooks as the server does: ten seconds, no redirects.
var hooks = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// send posts an event; 0: there was no answer.
func send(ctx context.Context, to string, id kernel.UUID, at time.Time, signature, body string) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", certifierAgent)
	req.Header.Set("webhook-id", id.String())
	req.Header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	if signature != "" {
		req.Header.Set("webhook-signature", signature)
	}
	res, err := hooks.Do(req)
	if err != nil {
		return 0, ctx.Err()
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20))
	return res.StatusCode, res.Body.Close()
}

// receive is the webhook of a till that does everything right, on this machine, until
// it is stopped.
func (o *options) receive(ctx context.Context) (stop func(), err error) {
	o.WebhookSecret = pos.NewSecret()
	verifier, err := changke.NewVerifier(o.WebhookSecret)
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o.Webhook = "http://" + l.Addr().String()
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err == nil {
			_, err = verifier.Verify(r.Header, body, time.Now())
		}
		if err != nil {
			http.Error(w, "bad signature", http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})}
	go func() { _ = server.Serve(l) }() // ends with Close
	return func() { _ = server.Close() }, nil
}
