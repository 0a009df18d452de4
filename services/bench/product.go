package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"time"

	"connectrpc.com/connect"
	"github.com/riverqueue/river"

	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/handoverapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/messageapp"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/jobs"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/pos/posapp"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/visitapp"
)

// product is what of the product is measured, wired as its own main wires it.
type product struct {
	pool      *db.Pool
	tenants   *tenantapp.App
	staff     *staffapp.App
	customers *customerapp.App
	visits    *visitapp.App
	ownership *ownershipapp.App
	pos       *posapp.App
	jobs      *jobs.Client
}

// newProduct opens the contexts on a database, as the application's role: bound
// by row level security. Kinds are the runs its days are made of.
func (b *bench) newProduct(ctx context.Context, database string, conns int32, clock kernel.Clock, kinds ...ownership.Kind) (*product, error) {
	pool, err := db.Open(ctx, b.server.SocketURL(database), db.Options{MaxConns: conns, Role: "changke_app"})
	if err != nil {
		return nil, err
	}
	master, err := b.master()
	if err != nil {
		pool.Close()
		return nil, err
	}
	p := &product{pool: pool}
	if err := p.wire(master, clock, kinds); err != nil {
		pool.Close()
		return nil, err
	}
	return p, nil
}

func (p *product) wire(master *secret.Master, clock kernel.Clock, kinds []ownership.Kind) (err error) {
	log := slog.New(slog.DiscardHandler)
	p.tenants = tenantapp.New(tenantapp.Deps{
		DB: p.pool, Master: master, Clock: clock, Log: log, SeedRolesTx: staffapp.SeedRolesTx,
		Catalogue: tenant.Join(staff.RuleFields, message.RuleFields, customer.RuleFields, visit.RuleFields, ownership.RuleFields, handover.RuleFields, quota.RuleFields),
		Names: func(ctx context.Context, id kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
			return p.staff.Names(ctx, id, people)
		},
	})
	p.staff = staffapp.New(staffapp.Deps{DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log, Tenants: p.tenants, KeyCalls: 1 << 30})
	p.customers = customerapp.New(customerapp.Deps{DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log, Tenants: p.tenants, Staff: p.staff})
	messages := messageapp.New(messageapp.Deps{DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log})
	p.visits = visitapp.New(visitapp.Deps{
		DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log, Stores: p.tenants, Guests: p.customers, Names: p.staff.Names, WorksIn: p.staff.WorksIn,
		Messages: messages, Desk: p.staff.Desk,
	})
	p.customers.UseVisits(p.visits)
	p.customers.UseInbox(messages)
	owning := func(r tenant.Rules) []string { return quota.TableOf(r).Owning() }
	handovers := handoverapp.New(handoverapp.Deps{
		DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log, Tenants: p.tenants, Staff: p.staff, Files: p.customers, Messages: messages, Owning: owning,
	})
	p.ownership = ownershipapp.New(ownershipapp.Deps{
		DB: p.pool, Clock: clock, Log: log, Tenants: p.tenants, Files: p.customers, Visits: p.visits, Inbox: messages, Numbers: p.tenants, Kinds: kinds,
		Owning: owning, Handovers: handovers, Gaps: p.visits.Gaps,
		Scores: quotaapp.New(quotaapp.Deps{DB: p.pool, Clock: clock, Log: log, Tenants: p.tenants, Visits: p.visits, FromGoLive: true}),
	})
	handovers.UseOwnership(p.ownership)
	p.customers.UseOwnership(p.ownership)
	p.pos = posapp.New(posapp.Deps{DB: p.pool, Numbers: p.tenants, Clock: clock, Log: log, Stores: p.tenants, Bills: p.visits, Bookings: p.visits, Guests: p.customers, Inbox: messages})
	p.visits.UseEvents(p.pos.BookingChangedTx)
	p.customers.UseEvents(p.pos)

	workers := river.NewWorkers()
	p.ownership.Register(workers)
	p.visits.Register(workers)
	p.pos.Register(workers)
	p.jobs, err = jobs.New(p.pool, workers, jobs.Options{Work: true, Log: log})
	p.ownership.UseJobs(p.jobs)
	p.visits.UseJobs(p.jobs.InsertTx)
	p.pos.UseJobs(p.jobs.InsertTx)
	return err
}

// maxRequest bounds a request, as in the product's main.
const maxRequest = 1 << 20

// asServed is a service of the product with all that stands before it, as in its main.
func (p *product) asServed(clock kernel.Clock, service func(...connect.HandlerOption) (string, http.Handler)) (string, http.Handler) {
	carry := rpc.NewInterceptor(rpc.Config{
		Log: slog.New(slog.DiscardHandler), Clock: clock, Authenticator: p.staff, Tables: p.staff.Tables, Deadline: 15 * time.Second, Audit: audit.Closing(p.pool, clock),
	})
	options := connect.WithHandlerOptions(connect.WithInterceptors(carry), connect.WithReadMaxBytes(maxRequest), rpc.Gzip(maxRequest), rpc.JSON(), connect.WithCompressMinBytes(1<<10))
	path, h := service(options)
	return path, carry.Handle(http.NewCrossOriginProtection().Handler(h), options)
}

// billHandler is the product's bill service.
func (p *product) billHandler(clock kernel.Clock) (string, http.Handler) {
	return p.asServed(clock, func(o ...connect.HandlerOption) (string, http.Handler) {
		return visitv1connect.NewBillServiceHandler(p.visits.BillServer(), o...)
	})
}

// posHandler is what POS vendors call.
func (p *product) posHandler(clock kernel.Clock) (string, http.Handler) {
	return p.asServed(clock, func(o ...connect.HandlerOption) (string, http.Handler) {
		return posv1connect.NewPosServiceHandler(p.pos.Server(), o...)
	})
}

// serve answers on loopback until stop is called.
func serve(path string, h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(path, h)
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = srv.Close() }, nil
}

// dial gives a client of a bill service that keeps its connections.
func dial(url string, clients int, options ...connect.ClientOption) visitv1connect.BillServiceClient {
	return visitv1connect.NewBillServiceClient(line(clients), url, options...)
}

// line keeps so many connections.
func line(clients int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
}
