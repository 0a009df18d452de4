package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"

	"github.com/changke/changke/services/audit/auditapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant/tenantapp"
)

type auditCmd struct {
	Verify verifyCmd `cmd:"" help:"Compare the log with the hash-chained blocks that seal it; name the first place that does not hold."`
}

type verifyCmd struct {
	Tenant  string `required:"" help:"Code of the chain, or all."`
	Against string `type:"existingfile" help:"What this command printed before, kept where nobody of the database can write: a chain that was made anew since is found."`
}

// errLogBroken ends the command with a failure after everything was said.
var errLogBroken = errors.New("the audit log does not hold")

// Run verifies and prints a line for each chain: what holds, the last block and
// its hash, and where it is broken.
func (c verifyCmd) Run(ctx context.Context, s *Settings) error {
	kept, err := c.anchors()
	if err != nil {
		return err
	}
	pool, err := s.openDatabase(ctx, s.DBConns)
	if err != nil {
		return err
	}
	defer pool.Close()
	// No master key: whoever verifies need not be able to read a number.
	tenants := tenantapp.New(tenantapp.Deps{DB: pool, Clock: wallClock, Log: s.logger(), Catalogue: catalogue})
	return c.verify(ctx, os.Stdout, tenants, auditapp.New(auditapp.Deps{DB: pool, Clock: wallClock, Log: s.logger()}), kept)
}

func (c verifyCmd) verify(ctx context.Context, out io.Writer, tenants *tenantapp.App, audits *auditapp.App, kept map[string][]auditapp.Anchor) error {
	ids, err := tenants.TenantIDs(ctx)
	if c.Tenant != "all" {
		var id kernel.TenantID
		id, err = chainOf(ctx, tenants, c.Tenant)
		ids = []kernel.TenantID{id}
	}
	if err != nil {
		return err
	}
	broken := false
	for _, id := range ids {
		chain, err := tenants.Chain(ctx, id)
		if err != nil {
			return err
		}
		v, err := audits.Verify(ctx, id, kept[chain.Code])
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "%s: %s\n", chain.Code, v)
		if v.Finding != nil {
			broken = true
			_, _ = fmt.Fprintf(out, "%s: BROKEN: %s\n", chain.Code, v.Finding)
		}
	}
	if broken {
		return errLogBroken
	}
	return nil
}

// printed is a line of this command's output: code: block N hash, …
var printed = regexp.MustCompile(`^(\S+): block (\d+) ([0-9a-f]{64}),`)

// anchors reads earlier outputs, by the chain's code.
func (c verifyCmd) anchors() (map[string][]auditapp.Anchor, error) {
	if c.Against == "" {
		return nil, nil
	}
	f, err := os.Open(c.Against)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	out := map[string][]auditapp.Anchor{}
	for lines := bufio.NewScanner(f); ; {
		if !lines.Scan() {
			if len(out) == 0 && lines.Err() == nil {
				return nil, fmt.Errorf("%s holds no line that `changke audit verify` printed", c.Against)
			}
			return out, lines.Err()
		}
		if m := printed.FindStringSubmatch(lines.Text()); m != nil {
			hash, _ := hex.DecodeString(m[3])
			if no, err := strconv.ParseInt(m[2], 10, 64); err == nil && no > 0 {
				out[m[1]] = append(out[m[1]], auditapp.Anchor{Block: no, Hash: hash})
			}
		}
	}
}
