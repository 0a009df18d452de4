package staffapp

import (
	"context"
	"errors"
	"strconv"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// ssoSecretTable is what the box of a client's secret is bound to.
const ssoSecretTable = "sso_provider"

func providerOf(r staffdb.SSOProviderRow) staff.SSOProvider {
	return staff.SSOProvider{Issuer: r.Issuer, ClientID: r.ClientID, Claim: r.Claim, Match: r.Match, Domain: r.Domain, Enabled: r.Enabled}
}

// SSO shows the chain's provider and whether a secret is kept; nil: there is none.
func (a *App) SSO(ctx context.Context, tenant kernel.TenantID) (*staff.SSOProvider, bool, error) {
	row, err := staffdb.New(a.DB.Single(tenant)).SSOProvider(ctx, tenant)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	p := providerOf(row)
	return &p, row.SecretBox != nil, err
}

// TestSSO asks an issuer for its configuration: where people would be sent, and
// the claims it says it gives. Faults: auth.whole_chain, auth.sso_issuer,
// auth.sso_unreachable.
func (a *App) TestSSO(ctx context.Context, grant kernel.Grant, issuer string) (endpoint string, claims []string, err error) {
	if !grant.Tenant() {
		return "", nil, staff.ErrWholeChainLogin
	}
	provider, err := a.discover(ctx, issuer)
	if err != nil {
		return "", nil, err
	}
	var more struct {
		Claims []string `json:"claims_supported"`
	}
	if err := provider.Claims(&more); err != nil {
		return "", nil, staff.ErrSSOUnreachable.Because(err)
	}
	return provider.Endpoint().AuthURL, more.Claims[:min(len(more.Claims), 100)], nil
}

// discover reads an issuer's configuration; only what is on the public internet,
// or in a network the platform has named, is called.
func (a *App) discover(ctx context.Context, issuer string) (*oidc.Provider, error) {
	if err := outbound.CheckURL(issuer); err != nil {
		return nil, staff.ErrSSOIssuer.Because(err)
	}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, a.Web), issuer)
	if errors.Is(err, outbound.ErrInner) {
		return nil, staff.ErrSSOIssuer.Because(err)
	}
	if err != nil {
		return nil, staff.ErrSSOUnreachable.Because(err)
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL} {
		if outbound.CheckEndpoint(address) != nil { // a browser would be sent there, or we call it
			return nil, staff.ErrSSOUnreachable.Because(errors.New("an endpoint is no https address"))
		}
	}
	return provider, nil
}

// SetSSO sets the chain's provider, once it has answered. An empty secret keeps
// the one of the same issuer and client. Faults: auth.whole_chain,
// auth.sso_issuer, auth.sso_unreachable, auth.sso_domain.
func (a *App) SetSSO(ctx context.Context, grant kernel.Grant, p staff.SSOProvider, clientSecret string) error {
	if !grant.Tenant() {
		return staff.ErrWholeChainLogin
	}
	if (p.Match == staff.MatchEmail) != (p.Domain != "") {
		return staff.ErrSSODomain
	}
	tenant := grant.Actor().Tenant
	if p.Enabled { // one that has died can still be turned off
		if _, err := a.discover(ctx, p.Issuer); err != nil {
			return err
		}
	}
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return err
	}
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		was, err := q.SSOProvider(ctx, tenant)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		box := was.SecretBox
		if was.Issuer != p.Issuer || was.ClientID != p.ClientID {
			box = nil // never to another issuer
		}
		if clientSecret != "" {
			if box, err = keys.SealBytes([]byte(clientSecret), ssoSecretTable, kernel.UUID(tenant)); err != nil {
				return err
			}
		}
		if err := q.PutSSOProvider(ctx, staffdb.PutSSOProviderParams{
			TenantID: tenant, Issuer: p.Issuer, ClientID: p.ClientID, SecretBox: box, Claim: p.Claim, Match: p.Match, Domain: p.Domain, Enabled: p.Enabled,
		}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), audit.Entry{Action: "sso.changed", Object: "tenant", ObjectID: tenant.String(), Topic: "session", Changes: []audit.Change{
			{Field: "issuer", Before: was.Issuer, After: p.Issuer},
			{Field: "client_id", Before: was.ClientID, After: p.ClientID},
			{Field: "claim", Before: was.Claim, After: p.Claim},
			{Field: "match", Before: was.Match, After: p.Match},
			{Field: "enabled", Before: strconv.FormatBool(was.Enabled), After: strconv.FormatBool(p.Enabled)},
		}})
	})
}

// UnlinkSSO frees somebody from the provider's account he came in with. Faults:
// staff.not_found, auth.not_linked.
func (a *App) UnlinkSSO(ctx context.Context, grant kernel.Grant, id kernel.PersonID) error {
	p, err := a.inReach(ctx, grant, id)
	if err != nil {
		return err
	}
	tenant := grant.Actor().Tenant
	return a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if n, err := staffdb.New(tx).DropSSOLinks(ctx, tenant, id); err != nil || n == 0 {
			return errors.Join(err, when(n == 0, staff.ErrNotLinked))
		}
		return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), forLine("sso.unlinked", id, p))
	})
}
