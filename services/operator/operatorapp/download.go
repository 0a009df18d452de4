package operatorapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/audit"
)

// ExportPermission is what a chain's people need for all about exports.
const ExportPermission = "chain.export"

// DownloadPath is where exports are downloaded: a ticket follows.
const DownloadPath = "/exports/"

// ticket lets one session download one export for a moment. It holds ids only.
type ticket struct {
	tenant   kernel.TenantID
	export   kernel.UUID
	session  kernel.UUID
	operator bool
	ends     int64 // Unix seconds
}

const ticketSize = 3*16 + 1 + 8

func (a *App) sign(t ticket) string {
	b := append(append(append([]byte{}, t.tenant[:]...), t.export[:]...), t.session[:]...)
	b = append(b, 0)
	if t.operator {
		b[len(b)-1] = 1
	}
	b = binary.BigEndian.AppendUint64(b, uint64(t.ends))
	return base64.RawURLEncoding.EncodeToString(append(b, a.ticketMAC(b)...))
}

func (a *App) ticketMAC(b []byte) []byte {
	mac := hmac.New(sha256.New, a.Master.Derive("export tickets"))
	mac.Write(b)
	return mac.Sum(nil)
}

func (a *App) parseTicket(text string) (t ticket, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) != ticketSize+sha256.Size || !hmac.Equal(b[ticketSize:], a.ticketMAC(b[:ticketSize])) {
		return t, false
	}
	copy(t.tenant[:], b)
	copy(t.export[:], b[16:])
	copy(t.session[:], b[32:])
	t.operator = b[48] == 1
	t.ends = int64(binary.BigEndian.Uint64(b[49:]))
	return t, a.Clock.Now().Unix() < t.ends
}

// Download gives the path from which the caller's session can download an export
// in the next two minutes. Faults: export.not_found, export.not_ready.
func (a *App) Download(ctx context.Context, by *kernel.Actor, id kernel.TenantID, export kernel.UUID) (string, error) {
	now := a.Clock.Now()
	if _, err := a.ready(ctx, id, export); err != nil {
		return "", err
	}
	chain, err := a.chain(ctx, id)
	if err != nil {
		return "", err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		entry := audit.Entry{Action: "export.downloaded", Object: "export", ObjectID: export.String(), Topic: audit.TopicExport}
		if by.Kind == kernel.ActorOperator {
			return a.bothTx(ctx, tx, now, by, chain, entry)
		}
		return audit.WriteTx(ctx, tx, id, now, entry)
	})
	t := ticket{tenant: id, export: export, session: by.Session, operator: by.Kind == kernel.ActorOperator, ends: now.Add(operator.TicketLife).Unix()}
	return DownloadPath + a.sign(t), err
}

func (a *App) ready(ctx context.Context, id kernel.TenantID, export kernel.UUID) (operator.Export, error) {
	row, err := operatordb.New(a.DB.Single(id)).Export(ctx, id, export)
	if errors.Is(err, pgx.ErrNoRows) {
		return operator.Export{}, operator.ErrNoExport
	}
	e := row.Export().At(a.Clock.Now())
	if err == nil && e.State != operator.Ready {
		err = operator.ErrNotReady
	}
	return e, err
}

// Downloads serves the files to whom a ticket was given, if he is still signed in
// in the same session and still holds the right.
func (a *App) Downloads() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, e, err := a.download(r)
		var f *os.File
		if err == nil {
			f, err = os.Open(a.exportFile(e.ID, e.Attempt))
		}
		if err != nil {
			a.refuse(w, r, err)
			return
		}
		defer func() { _ = f.Close() }()
		// A slow line must not cut a large file off where short answers end.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		name := "changke-export-" + e.RequestedAt.UTC().Format("20060102-150405")
		if chain, err := a.chain(r.Context(), t.tenant); err == nil {
			name = fmt.Sprintf("changke-%s-%s", chain.Code, e.RequestedAt.In(chain.Zone).Format("20060102-1504"))
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.zip.age"`)
		http.ServeContent(w, r, "", time.Time{}, f)
	})
}

func (a *App) download(r *http.Request) (ticket, operator.Export, error) {
	ctx := r.Context()
	t, ok := a.parseTicket(r.URL.Path[len(DownloadPath):])
	if !ok {
		return t, operator.Export{}, operator.ErrBadTicket
	}
	door := a.InChain()
	if t.operator {
		door = a.Desk()
	}
	actor, err := door.Authenticate(ctx, r.Header)
	if err != nil {
		return t, operator.Export{}, err
	}
	if actor == nil || actor.Session != t.session {
		return t, operator.Export{}, operator.ErrBadTicket
	}
	if !t.operator {
		table, err := a.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
		if err != nil {
			return t, operator.Export{}, err
		}
		if actor.Kind != kernel.ActorPerson || actor.Tenant != t.tenant || !table.Grant(actor, ExportPermission).Tenant() {
			return t, operator.Export{}, operator.ErrBadTicket
		}
	}
	e, err := a.ready(ctx, t.tenant, t.export)
	return t, e, err
}

// refuse answers a download that is not to be, in words for people.
func (a *App) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := (*fault.Fault)(nil)
	if errors.As(err, &f) {
		http.Error(w, f.Message, http.StatusForbidden)
		return
	}
	a.Log.ErrorContext(r.Context(), "export download", "error", err.Error())
	http.Error(w, operator.ErrBadTicket.Message, http.StatusForbidden)
}
