package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	"github.com/changke/changke/gen/go/changke/operator/v1/operatorv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func byOperator(c *chain) *caller { return c.operator }

// aRecipient is a key to which exports of tests are encrypted; nobody opens them.
var aRecipient = func() string {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return identity.Recipient().String()
}()

func (w *world) operatorOf(c *caller) operatorv1connect.OperatorServiceClient {
	return operatorv1connect.NewOperatorServiceClient(w.client(c), w.server.URL)
}

// newOperator enters the platform's operator and lets him activate himself.
func (w *world) newOperator(t *testing.T) {
	t.Helper()
	code, err := w.prod.operators.Add(t.Context(), "operator", "李运营")
	require.NoError(t, err)
	e, err := w.prod.operators.BeginActivation(t.Context(), code)
	require.NoError(t, err)
	w.operator, w.totp = e.Account.ID, e.Secret
	require.NoError(t, w.prod.operators.Activate(t.Context(), code, password, w.digits(t)))
}

func (w *world) digits(t testing.TB) string {
	digits, err := totp.Code(w.totp, w.clock.Now())
	require.NoError(t, err)
	return digits
}

// atDesk is the operator with a session of its own; past the interface, for a
// code of his authenticator counts once and the clock stands still.
func (w *world) atDesk(t testing.TB) *caller {
	t.Helper()
	token := staff.NewToken()
	w.exec(t, "INSERT INTO operator.session (session_id, account_id, token_hash, created_at, seen_at, proven_at, expires_at) VALUES ($1, $2, $3, $4, $4, $4, $5)",
		kernel.NewID[kernel.UUID](noon), w.operator, staff.Hash(token), w.clock.Now(), w.clock.Now().Add(time.Hour))
	return &caller{name: "operator", desk: true, cookies: map[string]string{operatorapp.SessionCookie: token}}
}

// looksIn is the operator inside a chain that has consented.
func (w *world) looksIn(t testing.TB, c *chain) *caller {
	t.Helper()
	token := "support." + staff.NewToken()
	w.exec(t, "UPDATE support_access SET token_hash = $3 WHERE tenant_id = $1 AND access_id = $2", c.id, w.wish(t, c.id, "granted"), staff.Hash(token))
	return &caller{name: "support", cookies: map[string]string{staffapp.SessionCookie: token}}
}

// wish is an operator's wish to look into a chain, or what became of it.
func (w *world) wish(t testing.TB, id kernel.TenantID, state string) string {
	t.Helper()
	access := kernel.NewID[kernel.UUID](noon)
	w.exec(t, "UPDATE support_access SET state = 'refused', decided_at = asked_at WHERE tenant_id = $1 AND state = 'asked'", id)
	w.exec(t, `INSERT INTO support_access (tenant_id, access_id, operator_id, operator_login, operator_name, reason, state, asked_at, decided_at, expires_at)
		VALUES ($1, $2, $3, 'operator', '李运营', '看板数字不对', $4::text, $5::timestamptz, CASE WHEN $4 = 'granted' THEN $5 END, CASE WHEN $4 = 'granted' THEN $5 + interval '1 hour' END)`,
		id, access, w.operator, state, w.clock.Now())
	w.exec(t, "INSERT INTO operator.support (access_id, account_id, tenant_id) VALUES ($1, $2, $3)", access, w.operator, id)
	return access.String()
}

// spareChain is a chain of which nothing else depends.
func (w *world) spareChain(t testing.TB) (kernel.TenantID, string) {
	t.Helper()
	code := fmt.Sprintf("spare%d", w.serial.Add(1))
	id, err := w.prod.tenants.CreateTenant(t.Context(), noon, code, "备用企业")
	require.NoError(t, err)
	return id, code
}

// canExport registers a key and makes room for the next export.
func (w *world) canExport(t testing.TB, id kernel.TenantID) {
	t.Helper()
	w.exec(t, `INSERT INTO chain_recipient (tenant_id, recipient, person_id, registered_at) VALUES ($1, $2, $1, $3) ON CONFLICT DO NOTHING`, id, aRecipient, noon)
	w.exec(t, "UPDATE chain_export SET state = 'failed' WHERE tenant_id = $1 AND state IN ('queued', 'running')", id)
}

// exported is an export that is ready.
func (w *world) exported(t testing.TB, id kernel.TenantID) string {
	t.Helper()
	export := kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO chain_export (tenant_id, export_id, state, recipient, operator_id, requested_at, beat_at, ready_at, expires_at)
		VALUES ($1, $2, 'ready', $3, $4, $5, $5, $5, $6)`, id, export, aRecipient, w.operator, w.clock.Now(), w.clock.Now().Add(time.Hour))
	return export.String()
}

func aNewChain(_ testing.TB, w *world, _ *chain) proto.Message {
	n := w.serial.Add(1)
	return &operatorv1.CreateChainRequest{Code: fmt.Sprintf("new%d", n), Name: "新企业", AdminName: "新管理员", AdminStaffNo: "A001", AdminPhone: w.number()}
}

func aLogin(t testing.TB, w *world, _ *chain) proto.Message {
	w.exec(t, "UPDATE operator.account SET totp_step = 0")
	w.exec(t, "DELETE FROM operator.login_failure")
	return &operatorv1.LoginOperatorRequest{Login: "operator", Password: password, Code: w.digits(t)}
}

func aProof(t testing.TB, w *world, _ *chain) proto.Message {
	w.exec(t, "UPDATE operator.account SET totp_step = 0")
	w.exec(t, "DELETE FROM operator.login_failure")
	return &operatorv1.ProveOperatorRequest{Code: w.digits(t)}
}

func anActivation(t testing.TB, w *world, _ *chain) proto.Message {
	code, err := w.prod.operators.Add(t.Context(), fmt.Sprintf("op%d", w.serial.Add(1)), "新运营")
	require.NoError(t, err)
	return &operatorv1.BeginActivationRequest{ActivationCode: code}
}

func anActivating(t testing.TB, w *world, c *chain) proto.Message {
	code := anActivation(t, w, c).(*operatorv1.BeginActivationRequest).ActivationCode
	e, err := w.prod.operators.BeginActivation(t.Context(), code)
	require.NoError(t, err)
	digits, err := totp.Code(e.Secret, w.clock.Now())
	require.NoError(t, err)
	return &operatorv1.ActivateRequest{ActivationCode: code, Password: password, Code: digits}
}

// procedureOf is the path of a method by its full name.
func procedureOf(name string) string {
	at := strings.LastIndex(name, ".")
	return "/" + name[:at] + "/" + name[at+1:]
}
