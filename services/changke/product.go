package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"connectrpc.com/connect"
	"connectrpc.com/grpchealth"
	"connectrpc.com/grpcreflect"
	"connectrpc.com/otelconnect"
	"github.com/alexedwards/argon2id"
	"github.com/riverqueue/river"

	"github.com/changke/changke/gen/go/changke/audit/v1/auditv1connect"
	"github.com/changke/changke/gen/go/changke/caller/v1/callerv1connect"
	"github.com/changke/changke/gen/go/changke/console/v1/consolev1connect"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	"github.com/changke/changke/gen/go/changke/handover/v1/handoverv1connect"
	"github.com/changke/changke/gen/go/changke/message/v1/messagev1connect"
	"github.com/changke/changke/gen/go/changke/onboarding/v1/onboardingv1connect"
	"github.com/changke/changke/gen/go/changke/operator/v1/operatorv1connect"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	"github.com/changke/changke/gen/go/changke/quota/v1/quotav1connect"
	"github.com/changke/changke/gen/go/changke/report/v1/reportv1connect"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	"github.com/changke/changke/gen/go/changke/tenant/v1/tenantv1connect"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/audit/auditapp"
	"github.com/changke/changke/services/caller/callerapp"
	"github.com/changke/changke/services/console"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/onboarding/onboardingapp"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	trail "github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/platform/passwords"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/pos/posapp"
	"github.com/changke/changke/services/pos/sdk/guide"
	"github.com/changke/changke/services/pos/sdk/reference"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/report/reportapp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit/visitapp"
)

type productDeps struct {
	pool     *db.Pool
	master   *secret.Master
	clock    kernel.Clock
	log      *slog.Logger
	work     bool             // work jobs, not only insert them
	common   *passwords.List  // passwords nobody may choose; nil: none
	inner    []netip.Prefix   // networks of ours that may be called for a chain's own sign-in
	kinds    []ownership.Kind // nil: all rules in force
	keyCalls int32            // of one API key a minute; 0: the usual
	exports  string           // where exports of chains lie; empty: there are none
	replays  bool             // RUL-06 to RUL-08 are off: a year of the past is played
	hashing  *argon2id.Params // of passwords; nil: the usual. Only tests ask for less
	traced   bool             // spans of calls, which cost some 10 µs each even when nobody takes them
}

// product is every context, wired. Calls to the left are direct; calls to the
// right go through ports that the left declares and this function fills.
type product struct {
	productDeps
	metrics    *metrics
	jobs       *jobs.Client
	tenants    *tenantapp.App
	staff      *staffapp.App
	messages   *messageapp.App
	customers  *customerapp.App
	visits     *visitapp.App
	ownership  *ownershipapp.App
	onboarding *onboardingapp.App
	callers    *callerapp.App
	pos        *posapp.App
	scores     *quotaapp.App
	handovers  *handoverapp.App
	reports    *reportapp.App
	audits     *auditapp.App
	operators  *operatorapp.App
	hub        *watch.Hub // what consoles are told of
	working    bool
}

func newProduct(d productDeps) (*product, error) {
	p := &product{productDeps: d, metrics: newMetrics(d.pool), hub: watch.NewHub(d.log)}
	rpc.SetPageKey(d.master.Derive("page tokens"))

	p.tenants = tenantapp.New(tenantapp.Deps{
		DB: d.pool, Master: d.master, Clock: d.clock, Log: d.log, Catalogue: catalogue,
		SeedRolesTx: staffapp.SeedRolesTx,
		// A sandbox has so few guests that every release is a large one (RUL-08).
		SandboxRules: tenant.Values{ownership.KeyBrakePercent: 100},
		Names: func(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
			return p.staff.Names(ctx, id, people)
		},
		OpenBookings: func(ctx context.Context, id kernel.TenantID, store kernel.StoreID, from, to kernel.BusinessDate) (int32, error) {
			return p.visits.OpenBookings(ctx, id, store, from, to)
		},
	})
	p.staff = staffapp.New(staffapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Tenants: p.tenants, KeyCalls: d.keyCalls, Platform: supportPolicies(), Hashing: d.hashing,
		Passwords: staff.PasswordRules{Common: d.common.Has}, Web: outbound.Client(outbound.Options{Inner: d.inner}),
	})
	p.messages = messageapp.New(messageapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log,
		Agrees: func(ctx context.Context, id kernel.TenantID, store kernel.StoreID, numberKey []byte, c message.Category) (bool, error) {
			return p.customers.Agrees(ctx, id, store, numberKey, c)
		},
		Silent: func(ctx context.Context, id kernel.TenantID) (bool, error) {
			chain, err := p.tenants.Chain(ctx, id)
			return chain.Sandbox, err
		},
	})
	p.customers = customerapp.New(customerapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Tenants: p.tenants, Staff: p.staff,
	})
	p.visits = visitapp.New(visitapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Stores: p.tenants, Guests: p.customers,
		Names: p.staff.Names, WorksIn: p.staff.WorksIn, Messages: p.messages, Desk: p.staff.Desk,
		Settled: func(ctx context.Context, id kernel.TenantID) {
			if err := p.ownership.PlanTenant(ctx, id, p.clock.Now()); err != nil { // else the planner does it within minutes
				p.log.ErrorContext(ctx, "planning after a day was settled", "error", err)
			}
		},
	})
	p.customers.UseVisits(p.visits)
	p.customers.UseInbox(p.messages)
	p.messages.UseGuests(p.customers.OwnNames)
	p.scores = quotaapp.New(quotaapp.Deps{DB: d.pool, Clock: d.clock, Log: d.log, Tenants: p.tenants, Visits: p.visits, FromGoLive: !d.replays})
	owning := func(r tenant.Rules) []string { return quota.TableOf(r).Owning() }
	p.handovers = handoverapp.New(handoverapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Tenants: p.tenants, Staff: p.staff, Files: p.customers, Messages: p.messages, Bookings: p.visits, Owning: owning,
	})
	p.ownership = ownershipapp.New(ownershipapp.Deps{
		DB: d.pool, Clock: d.clock, Log: d.log, Tenants: p.tenants, Files: p.customers, Visits: p.visits, Inbox: p.messages, Numbers: p.tenants, Scores: p.scores, Handovers: p.handovers, Kinds: d.kinds,
		Owning: owning, Loads: p.scores.Loads,
	})
	p.handovers.UseOwnership(p.ownership)
	if !d.replays {
		p.ownership.Gaps = p.visits.Gaps
	}
	p.messages.UseDecisions(p.ownership.Words)
	p.messages.UseHandovers(p.handovers.Words)
	p.customers.UseOwnership(p.ownership)
	p.reports = reportapp.New(reportapp.Deps{DB: d.pool, Clock: d.clock, Log: d.log, Tenants: p.tenants, Tables: p.staff.Tables, Writing: p.customers.Writing, Unread: p.messages.Unread, BillsWaiting: p.visits.BillsWaiting, Progress: p.scores.Progress})
	p.audits = auditapp.New(auditapp.Deps{
		DB: d.pool, Clock: d.clock, Log: d.log, TenantIDs: p.tenants.TenantIDs, Tables: p.staff.Tables,
		RuleText: func(key string) (audit.Text, bool) {
			f, ok := catalogue.Field(key)
			return audit.Text{ZH: f.Label, EN: f.LabelEN}, ok
		},
		Zone: func(ctx context.Context, id kernel.TenantID) (*time.Location, error) {
			chain, err := p.tenants.Chain(ctx, id)
			return chain.Zone, err
		},
	})
	p.onboarding = onboardingapp.New(onboardingapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Stores: p.tenants.Stores, PeopleByNo: p.staff.PeopleByNoTx, PostsByNo: p.staff.PostsByNo,
		TenantIDs: p.tenants.TenantIDs, Chain: p.tenants.Chain, Everyone: p.staff.Everyone, Names: p.staff.Names, EmployedTx: p.staff.EmployedTx, OnFileTx: p.customers.OnFileTx,
		Template: func(ctx context.Context, id kernel.TenantID) (customer.Template, error) {
			v, err := p.customers.Template(ctx, id, 0)
			return v.Template, err
		},
		Publish: onboardingapp.Ports{
			StoresTx: p.tenants.PutStoresTx, PeopleTx: p.staff.ImportPeopleTx, FilesTx: p.customers.PutFilesTx,
			TiesTx: p.ownership.TiesTx, BookingsTx: p.visits.PutBookingsTx, BillsTx: p.visits.RecordBillsTx, CheckBills: p.visits.CheckBills,
		},
		Visits: p.visits, Rules: p.tenants.Rules,
	})

	p.callers = callerapp.New(callerapp.Deps{DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Stores: p.tenants.Stores, Guests: p.customers})
	p.pos = posapp.New(posapp.Deps{
		DB: d.pool, Numbers: p.tenants, Clock: d.clock, Log: d.log, Stores: p.tenants, Bills: p.visits, Bookings: p.visits, Guests: p.customers, Calls: p.callers,
		Inbox: p.messages, Admins: p.atHeadOffice, Web: outbound.Client(outbound.Options{Inner: d.inner}), Clockwork: clockwork{p},
	})
	p.visits.UseEvents(p.pos.BookingChangedTx)
	p.customers.UseEvents(p.pos)

	p.customers.UseErasers(p.eraseMessagesTx, p.onboarding.EraseTx, p.callers.EraseTx)
	p.customers.UseCopiers(p.visits.CopyOf, p.copyMessages)

	p.operators = p.newOperators()

	workers := river.NewWorkers()
	p.ownership.Register(workers)
	p.messages.Register(workers)
	p.audits.Register(workers)
	p.staff.Register(workers)
	p.operators.Register(workers)
	p.onboarding.Register(workers)
	p.customers.Register(workers)
	p.visits.Register(workers)
	p.pos.Register(workers)
	var err error
	p.jobs, err = jobs.New(d.pool, workers, jobs.Options{Work: d.work, Log: d.log, Paused: p.paused})
	if err != nil {
		return nil, err
	}
	p.ownership.UseJobs(p.jobs)
	p.messages.UseJobs(p.jobs)
	p.audits.UseJobs(p.jobs)
	p.operators.UseJobs(p.jobs)
	p.onboarding.UseJobs(p.jobs)
	p.customers.UseJobs(p.jobs.InsertTx)
	p.visits.UseJobs(p.jobs.InsertTx)
	p.pos.UseJobs(p.jobs.InsertTx)
	p.staff.Use(staffapp.Ports{
		HoldsCustomersTx: p.ownership.HoldsCustomersTx, FlagStaffNumbersTx: p.customers.FlagStaffNumbersTx, SendCodeTx: p.sendCodeTx, InsertJobTx: p.jobs.InsertTx,
	})
	return p, nil
}

// atHeadOffice lists who has a permission for the whole chain and is not away.
func (p *product) atHeadOffice(ctx context.Context, id kernel.TenantID, permission string, now time.Time) ([]kernel.PersonID, error) {
	desk, err := p.staff.Desk(ctx, id, permission, nil, now)
	people := []kernel.PersonID{}
	for _, h := range desk.Handlers {
		people = append(people, h.Person)
	}
	return people, err
}

// route puts API and console on a mux.
func (p *product) route(mux *http.ServeMux) error {
	trace, err := otelconnect.NewInterceptor(otelconnect.WithoutMetrics(),
		otelconnect.WithFilter(func(context.Context, connect.Spec) bool { return p.traced }))
	if err != nil {
		return err
	}
	carry := rpc.NewInterceptor(rpc.Config{
		Log: p.log, Clock: wallClock, Authenticator: p.operators.InChain(), Operators: p.operators.Desk(), Tables: p.staff.Tables,
		Deadline: 15 * time.Second, Observe: p.metrics.observe,
		Audit: trail.Closing(p.pool, p.clock),
	})
	options := connect.WithHandlerOptions(connect.WithInterceptors(trace, carry), connect.WithReadMaxBytes(maxRequest), rpc.Gzip(maxRequest), rpc.JSON(),
		connect.WithCompressMinBytes(1<<10)) // packing what fits into one packet costs more than it saves
	sameSite := http.NewCrossOriginProtection() // CSRF
	carried := func(h http.Handler) http.Handler { return carry.Handle(sameSite.Handler(h), options) }
	handle := func(path string, h http.Handler) { mux.Handle(path, carried(h)) }
	handle(tenantv1connect.NewTenantServiceHandler(p.tenants.Server(), options))
	handle(tenantv1connect.NewRuleServiceHandler(p.tenants.RuleServer(), options))
	handle(staffv1connect.NewAuthServiceHandler(p.staff.AuthServer(), options))
	handle(staffv1connect.NewAccountServiceHandler(p.staff.AccountServer(), options))
	handle(staffv1connect.NewAccessServiceHandler(p.staff.AccessServer(), options))
	handle(staffv1connect.NewStaffServiceHandler(p.staff.StaffServer(), options))
	handle(staffv1connect.NewDelegationServiceHandler(p.staff.DelegationServer(), options))
	handle(staffv1connect.NewRoleServiceHandler(p.staff.RoleServer(), options))
	handle(staffv1connect.NewAccountOpeningServiceHandler(p.staff.OpeningServer(), options))
	handle(staffv1connect.NewStaffImportServiceHandler(p.staff.ImportServer(), options))
	handle(messagev1connect.NewMessageServiceHandler(p.messages, options))
	handle(messagev1connect.NewInboxServiceHandler(p.messages.InboxServer(), options))
	handle(customerv1connect.NewCustomerServiceHandler(p.customers.Server(), options))
	handle(customerv1connect.NewTemplateServiceHandler(p.customers.TemplateServer(), options))
	handle(customerv1connect.NewContactServiceHandler(p.customers.ContactServer(), options))
	handle(customerv1connect.NewConflictServiceHandler(p.customers.ConflictServer(), options))
	handle(customerv1connect.NewMergeServiceHandler(p.customers.MergeServer(), options))
	handle(onboardingv1connect.NewCustomerImportServiceHandler(p.onboarding.Server(), options))
	handle(onboardingv1connect.NewTillImportServiceHandler(p.onboarding.TillServer(), options))
	handle(customerv1connect.NewChangeServiceHandler(p.customers.ChangeServer(), options))
	handle(customerv1connect.NewSpotCheckServiceHandler(p.customers.SpotCheckServer(), options))
	handle(customerv1connect.NewDeletionServiceHandler(p.customers.DeletionServer(), options))
	handle(customerv1connect.NewGuestRightServiceHandler(p.customers.GuestRightServer(), options))
	handle(customerv1connect.NewConsentServiceHandler(p.customers.ConsentServer(), options))
	handle(visitv1connect.NewBookingServiceHandler(p.visits.BookingServer(), options))
	handle(visitv1connect.NewResourceServiceHandler(p.visits.ResourceServer(), options))
	handle(visitv1connect.NewBillServiceHandler(p.visits.BillServer(), options))
	handle(visitv1connect.NewBillDeskServiceHandler(p.visits.BillDeskServer(), options))
	handle(visitv1connect.NewDayServiceHandler(p.visits.DayServer(), options))
	handle(posv1connect.NewPosServiceHandler(p.pos.Server(), options, connect.WithInterceptors(p.pos.Sandboxed())))
	handle(posv1connect.NewSandboxServiceHandler(p.pos.SandboxServer(), options))
	handle(posv1connect.NewWebhookServiceHandler(p.pos.WebhookServer(), options))
	handle(callerv1connect.NewCallerServiceHandler(p.callers.Server(), options))
	path, watching := consolev1connect.NewWatchServiceHandler(watch.NewServer(p.hub, watched), options)
	handle(path, watch.Unbounded(watching))
	handle(ownershipv1connect.NewOwnershipServiceHandler(p.ownership.Server(), options))
	handle(ownershipv1connect.NewSafetyServiceHandler(p.ownership.SafetyServer(), options))
	handle(quotav1connect.NewScoreServiceHandler(p.scores.Server(), options))
	handle(ownershipv1connect.NewOfferServiceHandler(p.ownership.OfferServer(), options))
	handle(handoverv1connect.NewHandoverServiceHandler(p.handovers.Server(), options))
	handle(handoverv1connect.NewStoreMoveServiceHandler(p.handovers.MoveServer(), options))
	handle(ownershipv1connect.NewTrialServiceHandler(p.ownership.TrialServer(), options))
	handle(ownershipv1connect.NewCorrectionServiceHandler(p.ownership.CorrectionServer(), options))
	handle(ownershipv1connect.NewPoolServiceHandler(p.ownership.PoolServer(), options))
	handle(ownershipv1connect.NewAppealServiceHandler(p.ownership.AppealServer(), options))
	handle(reportv1connect.NewReportServiceHandler(p.reports.Server(), options))
	handle(auditv1connect.NewAuditServiceHandler(p.audits.Server(), options))

	handle(operatorv1connect.NewOperatorAuthServiceHandler(p.operators.AuthServer(), options))
	handle(operatorv1connect.NewOperatorServiceHandler(p.operators.OperatorServer(), options))
	handle(operatorv1connect.NewChainServiceHandler(p.operators.ChainServer(), options))
	mux.Handle("GET "+operatorapp.DownloadPath, p.operators.Downloads())

	names := grpcreflect.NewStaticReflector(serviceNames()...)
	mux.Handle(grpcreflect.NewHandlerV1(names))
	mux.Handle(grpcreflect.NewHandlerV1Alpha(names))
	mux.Handle(grpchealth.NewHandler(grpchealth.NewStaticChecker(serviceNames()...)))
	mux.Handle("GET "+guide.Path, guide.Handler())
	mux.Handle("GET "+guide.Path+"/", guide.Handler())
	page, none := console.Handler(), carried(http.NotFoundHandler())
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost { // to a service that is none
			none.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
	return reference.Register(mux)
}

// serviceNames lists what the server speaks.
func serviceNames() []string {
	return []string{
		tenantv1connect.TenantServiceName, tenantv1connect.RuleServiceName, staffv1connect.AuthServiceName,
		staffv1connect.StaffServiceName, staffv1connect.DelegationServiceName, staffv1connect.RoleServiceName,
		staffv1connect.AccountServiceName, staffv1connect.AccessServiceName,
		staffv1connect.AccountOpeningServiceName, staffv1connect.StaffImportServiceName,
		messagev1connect.MessageServiceName, messagev1connect.InboxServiceName, customerv1connect.DeletionServiceName, customerv1connect.GuestRightServiceName, customerv1connect.ConsentServiceName,
		customerv1connect.CustomerServiceName, customerv1connect.TemplateServiceName, customerv1connect.ConflictServiceName, customerv1connect.ContactServiceName,
		customerv1connect.ChangeServiceName, customerv1connect.SpotCheckServiceName, customerv1connect.MergeServiceName, visitv1connect.BookingServiceName, consolev1connect.WatchServiceName,
		visitv1connect.ResourceServiceName, visitv1connect.BillDeskServiceName,
		visitv1connect.BillServiceName, visitv1connect.DayServiceName, ownershipv1connect.OwnershipServiceName, ownershipv1connect.OfferServiceName, ownershipv1connect.PoolServiceName, ownershipv1connect.AppealServiceName, ownershipv1connect.SafetyServiceName, ownershipv1connect.TrialServiceName, ownershipv1connect.CorrectionServiceName, quotav1connect.ScoreServiceName, handoverv1connect.HandoverServiceName, handoverv1connect.StoreMoveServiceName, reportv1connect.ReportServiceName,
		auditv1connect.AuditServiceName, posv1connect.PosServiceName, posv1connect.WebhookServiceName, posv1connect.SandboxServiceName, callerv1connect.CallerServiceName,
		onboardingv1connect.CustomerImportServiceName, onboardingv1connect.TillImportServiceName,
		operatorv1connect.OperatorAuthServiceName, operatorv1connect.OperatorServiceName, operatorv1connect.ChainServiceName,
	}
}

// startWork begins to work jobs; calling it again changes nothing. Running
// chunks may end after ctx: stopWork waits for them.
func (p *product) startWork(ctx context.Context) error {
	if p.working {
		return nil
	}
	p.working = true
	return p.jobs.Start(context.WithoutCancel(ctx))
}

func (p *product) stopWork(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return p.jobs.Stop(ctx)
}
