package staffapp

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/jackc/pgx/v5"
	"golang.org/x/oauth2"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// ssoLife is how long a login at the chain's provider may take.
const ssoLife = 10 * time.Minute

// ssoBegun is a login that has gone to the chain's provider. It travels in a
// cookie, boxed under the chain's key, so that it ends in the browser it began in.
type ssoBegun struct {
	State, Nonce, Verifier, Redirect string
	Until                            time.Time
}

// HasSSO reports whether a chain's people can come in through its own provider.
func (a *App) HasSSO(ctx context.Context, code string) (bool, error) {
	_, _, err := a.ssoByCode(ctx, code)
	if errors.Is(err, staff.ErrNoSSO) {
		return false, nil
	}
	return err == nil, err
}

func (a *App) ssoByCode(ctx context.Context, code string) (id kernel.TenantID, row staffdb.SSOProviderRow, err error) {
	id, err = a.Tenants.TenantByCode(ctx, code)
	if errors.Is(err, tenant.ErrNoTenant) {
		return id, row, staff.ErrNoSSO
	}
	if err != nil {
		return id, row, err
	}
	row, err = a.ssoRow(ctx, id)
	return id, row, err
}

// ssoRow is the chain's provider in force. Fault: auth.no_sso.
func (a *App) ssoRow(ctx context.Context, id kernel.TenantID) (staffdb.SSOProviderRow, error) {
	row, err := staffdb.New(a.DB.Single(id)).SSOProvider(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !row.Enabled {
		err = staff.ErrNoSSO
	}
	return row, err
}

// BeginSSO sends a browser to the chain's provider and says what cookie it takes
// along. origin is where the browser is; the provider knows its own list of where
// it may send people back. Faults: auth.no_sso, auth.sso_unreachable.
func (a *App) BeginSSO(ctx context.Context, code, origin string) (address, cookie string, err error) {
	id, row, err := a.ssoByCode(ctx, code)
	if err != nil {
		return "", "", err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return "", "", err
	}
	begun := ssoBegun{
		State: staff.NewToken(), Nonce: staff.NewToken(), Verifier: oauth2.GenerateVerifier(),
		Redirect: strings.TrimSuffix(origin, "/") + "/login/sso", Until: a.Clock.Now().Add(ssoLife),
	}
	_, client, err := a.ssoClient(ctx, keys, id, row, begun.Redirect)
	if err != nil {
		return "", "", err
	}
	text, err := json.Marshal(begun)
	if err != nil {
		return "", "", err
	}
	box, err := keys.SealBytes(text, ssoTable, kernel.UUID{})
	if err != nil {
		return "", "", err
	}
	address = client.AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier))
	return address, id.String() + "." + base64.RawURLEncoding.EncodeToString(box), nil
}

// ssoTable is what boxes of logins under way are bound to.
const ssoTable = "sso_login"

// ssoClient asks the provider for its configuration.
func (a *App) ssoClient(ctx context.Context, keys *secret.Keys, id kernel.TenantID, row staffdb.SSOProviderRow, redirect string) (*oidc.Provider, *oauth2.Config, error) {
	provider, err := a.discover(ctx, row.Issuer)
	if err != nil {
		return nil, nil, err
	}
	client := &oauth2.Config{ClientID: row.ClientID, Endpoint: provider.Endpoint(), RedirectURL: redirect, Scopes: providerOf(row).Scopes()}
	if row.SecretBox != nil {
		text, err := keys.OpenBytes(row.SecretBox, ssoSecretTable, kernel.UUID(id))
		if err != nil {
			return nil, nil, err
		}
		client.ClientSecret = string(text)
	}
	return provider, client, nil
}

// SSOReturn is what a browser brings back from the chain's provider.
type SSOReturn struct {
	Cookie, Code, State string
	Device, Browser     string
}

// FinishSSO opens the session of somebody whom the chain's provider vouches for.
// Nobody is entered by it: the claim must name one person who works in the chain
// today, and the provider's account is his from then on. Faults: auth.sso_over,
// auth.sso_failed, auth.sso_unknown_person, auth.sso_linked_other.
func (a *App) FinishSSO(ctx context.Context, in SSOReturn) (o Opened, err error) {
	now := a.Clock.Now()
	id, keys, begun, err := a.ssoReturned(ctx, in, now)
	if err != nil {
		return o, err
	}
	row, err := a.ssoRow(ctx, id)
	if err != nil {
		return o, err
	}
	subject, claims, err := a.ssoClaims(ctx, keys, id, row, begun, in.Code, now)
	if err != nil {
		return o, err
	}
	o = Opened{Tenant: id}
	t := try{device: staff.Hash(in.Device), agent: browser(in.Browser)}
	if t.today, err = a.today(ctx, id); err != nil {
		return o, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		if o.Person, err = linkedTx(ctx, tx, keys, id, providerOf(row), subject, claims, t.today, now); err != nil {
			return err
		}
		t.bucket = staff.Bucket(o.Person, "", t.device, true)
		return a.openTx(ctx, tx, &o, t, staff.WaySSO, now)
	})
	if db.ConstraintName(err) == "sso_link_tenant_id_issuer_person_id_key" {
		err = staff.ErrSSOLinkedOther
	}
	return o, err
}

// ssoReturned reads the cookie of a login under way and holds the state against it.
func (a *App) ssoReturned(ctx context.Context, in SSOReturn, now time.Time) (id kernel.TenantID, keys *secret.Keys, begun ssoBegun, err error) {
	chain, sealed, _ := strings.Cut(in.Cookie, ".")
	if id, err = kernel.ParseID[kernel.TenantID](chain); err != nil {
		return id, nil, begun, staff.ErrSSOOver
	}
	keys, err = a.Numbers.Keys(ctx, id)
	if errors.Is(err, tenant.ErrNoTenant) {
		err = staff.ErrSSOOver
	}
	if err != nil {
		return id, nil, begun, err
	}
	box, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return id, nil, begun, staff.ErrSSOOver
	}
	text, err := keys.OpenBytes(box, ssoTable, kernel.UUID{})
	if err != nil {
		return id, nil, begun, staff.ErrSSOOver
	}
	if err := json.Unmarshal(text, &begun); err != nil {
		return id, nil, begun, err
	}
	if !now.Before(begun.Until) || subtle.ConstantTimeCompare([]byte(begun.State), []byte(in.State)) != 1 {
		return id, nil, begun, staff.ErrSSOOver
	}
	return id, keys, begun, nil
}

// ssoClaims changes the code for what the provider says of the person: of the
// signed token, and of its user endpoint where the token lacks the claim.
func (a *App) ssoClaims(ctx context.Context, keys *secret.Keys, id kernel.TenantID, row staffdb.SSOProviderRow, begun ssoBegun, code string, now time.Time) (string, map[string]any, error) {
	provider, client, err := a.ssoClient(ctx, keys, id, row, begun.Redirect)
	if err != nil {
		return "", nil, err
	}
	ctx = oidc.ClientContext(ctx, a.Web)
	tokens, err := client.Exchange(ctx, code, oauth2.VerifierOption(begun.Verifier))
	if err != nil {
		return "", nil, staff.ErrSSOFailed.Because(errors.New("the code was not taken"))
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: row.ClientID, Now: func() time.Time { return now }}).Verify(ctx, raw)
	if err != nil || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(begun.Nonce)) != 1 {
		return "", nil, staff.ErrSSOFailed.Because(errors.New("the token is not for this login"))
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return "", nil, staff.ErrSSOFailed.Because(err)
	}
	if _, ok := providerOf(row).Meant(claims); ok || provider.UserInfoEndpoint() == "" {
		return token.Subject, claims, nil
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil || info.Subject != token.Subject {
		return "", nil, staff.ErrSSOFailed.Because(errors.New("the user endpoint says nothing of this person"))
	}
	return token.Subject, claims, info.Claims(&claims)
}

// linkedTx gives the person to whom the provider's account belongs, and links
// them the first time.
func linkedTx(ctx context.Context, tx pgx.Tx, keys *secret.Keys, id kernel.TenantID, p staff.SSOProvider, subject string, claims map[string]any, today kernel.BusinessDate, now time.Time) (person kernel.PersonID, err error) {
	q := staffdb.New(tx)
	person, err = q.SSOLink(ctx, id, p.Issuer, subject)
	linked := err == nil
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return person, err
	}
	if linked {
		_, err = q.PersonForLogin(ctx, staffdb.PersonForLoginParams{TenantID: id, PersonID: person, DeviceHash: []byte{}, TrustedSince: now, Today: today})
		if errors.Is(err, pgx.ErrNoRows) {
			err = staff.ErrSSOUnknown // he has left
		}
		return person, err
	}
	meant, ok := p.Meant(claims)
	if !ok {
		return person, staff.ErrSSOUnknown
	}
	who := staffdb.PeopleForSSOParams{TenantID: id, StaffNo: meant.StaffNo, NumberKey: []byte{}, EmailKey: []byte{}, Today: today}
	if meant.Number != "" {
		who.NumberKey = keys.NumberKey(meant.Number)
	}
	if meant.Email != "" {
		who.EmailKey = keys.Digest(emailDigest, string(meant.Email))
	}
	people, err := q.PeopleForSSO(ctx, who)
	if err != nil {
		return person, err
	}
	if len(people) != 1 { // a phone number that two share names nobody
		return person, staff.ErrSSOUnknown
	}
	person = people[0]
	if err := q.InsertSSOLink(ctx, staffdb.InsertSSOLinkParams{TenantID: id, Issuer: p.Issuer, Subject: subject, PersonID: person, Now: now}); err != nil {
		return person, err
	}
	as := audit.As(ctx, &kernel.Actor{Kind: kernel.ActorPerson, Tenant: id, Person: person})
	return person, audit.WriteTx(as, tx, id, now, ownLine("sso.linked", person))
}

// parseOrigin reads where a browser says it is: a scheme and a host, nothing else.
func parseOrigin(origin string) (string, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Scheme != "https" && u.Hostname() != "localhost" && u.Hostname() != "127.0.0.1" {
		return "", staff.ErrSSOOver
	}
	return u.Scheme + "://" + u.Host, nil
}
