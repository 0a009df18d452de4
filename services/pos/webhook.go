package pos

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of webhooks.
var (
	ErrNoWebhook       = fault.New(fault.NotFound, "webhook.not_found", "没有找到这个推送地址或推送记录。")
	ErrNotWhole        = fault.New(fault.Forbidden, "auth.not_allowed", "推送地址属于整个企业，只有管理整个企业的管理员能新建。")
	ErrTooManyWebhooks = fault.Newf(fault.Conflict, "webhook.too_many", "一家企业最多 %d 个推送地址，请先停用并删改不用的。", MaxWebhooks)
	ErrBadURL          = fault.Fields("webhook.bad_url", "推送地址不能用。", fault.Violation{Field: "url", Message: "请填公网上的 https 地址，例如 https://pos.example.com/changke，不能带用户名和 #。"})
	ErrTwoSecrets      = fault.New(fault.Conflict, "webhook.two_live", "已有两个密钥同时有效，请等旧密钥到期，或选择让旧密钥立即失效。")
	ErrWebhookOff      = fault.New(fault.Conflict, "webhook.off", "这个推送地址已停用，请先启用，再重新推送。")
)

// MaxWebhooks is how many a chain may have.
const MaxWebhooks = 20

// The states of a webhook; the texts are those in the database.
const (
	Active   = "active"
	Disabled = "disabled" // by an administrator
	Failed   = "failed"   // by the system: nothing was accepted for FailsFor
)

// The states of a delivery; the texts are those in the database. Failed is one too.
const (
	Pending  = "pending"
	Accepted = "accepted"
)

// FailsFor is for how long nothing is accepted before a webhook is switched off.
const FailsFor = 3 * 24 * time.Hour

// waits are the times between tries: some seconds for a restart, then up to a day,
// 75 hours in all.
var waits = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// Next is when to try again after the n-th try failed, 1 being the first; false:
// that was the last.
func Next(tries int, now time.Time) (time.Time, bool) {
	if tries < 1 || tries > len(waits) {
		return time.Time{}, false
	}
	return now.Add(waits[tries-1]), true
}

// Webhook is an address that events are sent to.
type Webhook struct {
	ID           kernel.UUID
	Label        string
	URL          string
	Events       []EventType
	Stores       []kernel.StoreID // none: all
	State        string
	FailingSince *time.Time
	AcceptedAt   *time.Time
	CreatedAt    time.Time
	Secrets      []Secret // newest first
}

// Secret is one that events are signed with, without its text.
type Secret struct {
	ID        kernel.UUID
	CreatedAt time.Time
	ExpiresAt *time.Time // nil: stays
}

// Delivery is an event on its way to a webhook.
type Delivery struct {
	ID, Event, Webhook kernel.UUID
	Type               EventType
	Store              kernel.StoreID // zero: of none
	At                 time.Time
	Body               string
	State              string
	NextAt             *time.Time
	Tries              []Try
	Replay             *Replay // nil: sent by itself
}

// Replay says that a delivery was sent once more by hand. To who receives it both are the
// same event, under the same id.
type Replay struct {
	Of   kernel.UUID // the delivery that it repeats
	OfAt time.Time
	At   time.Time
	By   string // name of who asked for it; empty: not known
}

// Try is one try to deliver.
type Try struct {
	At     time.Time
	Status int32 // 0: no answer
	Took   time.Duration
	Error  string // a word for why there was none
}

// SecretPrefix begins every secret, as Standard Webhooks say.
const SecretPrefix = "whsec_"

const secretSize = 32

// NewSecret makes a secret.
func NewSecret() string {
	b := make([]byte, secretSize)
	_, _ = rand.Read(b)
	return SecretPrefix + base64.StdEncoding.EncodeToString(b)
}

// Sign gives the header webhook-signature: one signature for each secret, divided by
// blanks (Standard Webhooks, v1: HMAC-SHA-256 of id.timestamp.body).
func Sign(secrets []string, id kernel.UUID, at time.Time, body string) string {
	out := make([]string, 0, len(secrets))
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, SecretPrefix))
		if err != nil {
			continue // not one of ours
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id.String() + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(out, " ")
}
