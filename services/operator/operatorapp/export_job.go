package operatorapp

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/internal/operatordb"
	"github.com/changke/changke/services/platform/db"
)

type exportArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Export kernel.UUID     `json:"export"`
}

// Kind implements river.JobArgs.
func (exportArgs) Kind() string { return "chain_export" }

type expireArgs struct {
	Tenant kernel.TenantID `json:"tenant"`
	Export kernel.UUID     `json:"export"`
}

// Kind implements river.JobArgs.
func (expireArgs) Kind() string { return "chain_export_expire" }

// Kinds are the jobs that a chain's standing still does not pause: taking its
// data out is what is left to do then.
func Kinds() []string { return []string{exportArgs{}.Kind(), expireArgs{}.Kind()} }

// Register adds the workers.
func (a *App) Register(w *river.Workers) {
	river.AddWorker(w, &exportWorker{app: a})
	river.AddWorker(w, &expireWorker{app: a})
}

type exportWorker struct {
	river.WorkerDefaults[exportArgs]
	app *App
}

// Timeout implements river.Worker: a large chain takes its time.
func (*exportWorker) Timeout(*river.Job[exportArgs]) time.Duration { return 12 * time.Hour }

// Work implements river.Worker. What was cut off begins anew, with a snapshot of
// its own; a half-written file is never the one that is downloaded.
func (w *exportWorker) Work(ctx context.Context, job *river.Job[exportArgs]) error {
	attempt, err := w.app.export(ctx, job.Args)
	if errors.Is(err, errGivenUp) {
		return nil
	}
	if err == nil || job.Attempt < job.MaxAttempts || ctx.Err() != nil { // tried again, after a stop by the next process
		return err
	}
	return errors.Join(err, operatordb.New(w.app.DB.Single(job.Args.Tenant)).FailExport(ctx, operatordb.FailExportParams{
		TenantID: job.Args.Tenant, ExportID: job.Args.Export, Attempt: attempt, Error: "failed",
	}))
}

// errGivenUp says that another attempt has taken over, or the export is over.
var errGivenUp = errors.New("the export was given up")

// export writes one export and gives the number of its attempt.
func (a *App) export(ctx context.Context, job exportArgs) (int32, error) {
	begun, err := operatordb.New(a.DB.Single(job.Tenant)).BeginExport(ctx, a.Clock.Now(), job.Tenant, job.Export)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, errGivenUp
	}
	if err != nil {
		return 0, err
	}
	to, err := age.ParseX25519Recipient(begun.Recipient)
	if err != nil {
		return begun.Attempt, err
	}
	chain, err := a.chain(ctx, job.Tenant)
	if err != nil {
		return begun.Attempt, err
	}
	keys, err := a.Numbers.Keys(ctx, job.Tenant)
	if err != nil {
		return begun.Attempt, err
	}
	done := operatordb.FinishExportParams{TenantID: job.Tenant, ExportID: job.Export, Attempt: begun.Attempt}
	pack := archive{chain: chain, keys: keys, boxes: a.Boxes, taken: a.Clock.Now()}
	pack.progress = func(tables, of int, rows int64) error {
		done.TablesDone, done.RowsDone = int32(tables), rows
		n, err := operatordb.New(a.DB.Single(job.Tenant)).Progress(ctx, operatordb.ProgressParams{
			TenantID: job.Tenant, ExportID: job.Export, Attempt: begun.Attempt, Now: a.Clock.Now(), TablesDone: int32(tables), TablesTotal: int32(of), RowsDone: rows,
		})
		if err == nil && n == 0 {
			err = errGivenUp
		}
		return err
	}
	err = a.toDisk(job, begun.Attempt, func(out io.Writer) error {
		return a.DB.Snapshot(ctx, job.Tenant, func(s *db.Snapshot) error { return pack.write(ctx, s, to, out) })
	}, &done)
	if err != nil {
		return begun.Attempt, err
	}
	return begun.Attempt, a.finish(ctx, job, done)
}

// toDisk writes beside the file's place and moves it there when it is whole and
// on the disk.
func (a *App) toDisk(job exportArgs, attempt int32, write func(io.Writer) error, done *operatordb.FinishExportParams) (err error) {
	if err := errors.Join(os.MkdirAll(a.ExportDir, 0o700), a.sweep(job.Export)); err != nil {
		return err
	}
	f, err := os.CreateTemp(a.ExportDir, job.Export.String()+".*.part")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ignoreGone(os.Remove(f.Name()))) }()
	sum := sha256.New()
	size := &counter{}
	err = write(io.MultiWriter(f, sum, size))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	done.Bytes, done.Sha256 = size.n, hexSum(sum)
	return os.Rename(f.Name(), a.exportFile(job.Export, attempt))
}

// exportFile is where an export lies; each attempt has its own, so that one that
// was given up can't replace what somebody downloads.
func (a *App) exportFile(export kernel.UUID, attempt int32) string {
	return filepath.Join(a.ExportDir, fmt.Sprintf("%s.%d.zip.age", export, attempt))
}

// sweep takes away whatever lies there of an export.
func (a *App) sweep(export kernel.UUID) error {
	files, err := filepath.Glob(filepath.Join(a.ExportDir, export.String()+".*"))
	for _, f := range files {
		err = errors.Join(err, ignoreGone(os.Remove(f)))
	}
	return err
}

// finish makes the export ready and sees to its end, in one transaction.
func (a *App) finish(ctx context.Context, job exportArgs, done operatordb.FinishExportParams) error {
	done.Now = a.Clock.Now()
	done.ExpiresAt = done.Now.Add(operator.ExportKept)
	return a.DB.InTenant(ctx, job.Tenant, func(tx pgx.Tx) error {
		n, err := operatordb.New(tx).FinishExport(ctx, done)
		if err != nil {
			return err
		}
		if n == 0 {
			return errGivenUp
		}
		return a.jobs.InsertTx(ctx, tx, expireArgs(job), &river.InsertOpts{ScheduledAt: done.ExpiresAt})
	})
}

type expireWorker struct {
	river.WorkerDefaults[expireArgs]
	app *App
}

// Work implements river.Worker: the file goes first, so that an export never
// reads as gone while it lies there.
func (w *expireWorker) Work(ctx context.Context, job *river.Job[expireArgs]) error {
	if err := w.app.sweep(job.Args.Export); err != nil {
		return err
	}
	_, err := operatordb.New(w.app.DB.Single(job.Args.Tenant)).ExpireExport(ctx, job.Args.Tenant, job.Args.Export, w.app.Clock.Now())
	return err
}

func ignoreGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}
