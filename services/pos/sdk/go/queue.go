package changke

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// MaxBatch is how many bills one call takes.
const MaxBatch = 500

// Bounds of a call and of the file.
const (
	maxBatchBytes = 512 << 10 // of a call, half of what the server reads
	compactAt     = 8 << 20   // a file of so much is written anew without what is settled
)

// ErrLocked says that another process has the queue open.
var ErrLocked = errors.New("changke: another process has this offline queue open")

// Queue keeps bills on disk until the server has taken them (离线队列). What Add has
// returned for is not lost, whenever the process or the machine stops. Bills are sent
// in the order of Add, so each bill's revisions keep theirs; one that the server
// refuses becomes a dead letter with its reason and holds nobody up.
type Queue struct {
	lock   *os.File
	locked bool

	mu      sync.Mutex // of all below
	log     *journal
	dead    *journal
	pending []*Bill
	letters []DeadLetter

	draining sync.Mutex
}

// entry is a line of the queue's file: bills added, or how many of those before are
// settled.
type entry struct {
	Add  []json.RawMessage `json:"add,omitempty"`
	Done int               `json:"done,omitempty"`
}

// OpenQueue opens or makes a queue in a directory of its own, which holds guests'
// numbers: keep it to your program's user. Errors: ErrLocked, ErrDamaged.
func OpenQueue(dir string) (_ *Queue, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	q := &Queue{}
	defer func() {
		if err != nil {
			err = errors.Join(err, q.Close())
		}
	}()
	if q.lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := lockFile(q.lock); err != nil {
		return nil, err
	}
	q.locked = true
	if q.dead, err = openJournal(filepath.Join(dir, "dead.log"), q.readDead); err != nil {
		return nil, err
	}
	if q.log, err = openJournal(filepath.Join(dir, "queue.log"), q.readEntry); err != nil {
		return nil, err
	}
	return q, nil
}

func (q *Queue) readEntry(line []byte) error {
	var e entry
	if err := json.Unmarshal(line, &e); err != nil {
		return err
	}
	for _, raw := range e.Add {
		b, err := billOf(raw)
		if err != nil {
			return err
		}
		q.pending = append(q.pending, b)
	}
	if e.Done < 0 || e.Done > len(q.pending) {
		return errors.New("more bills settled than added")
	}
	q.pending = q.pending[e.Done:]
	return nil
}

// Add puts bills on disk, all or none; when it returns nil they are safe. They are
// sent by the next Drain.
func (q *Queue) Add(bills ...*Bill) error {
	if len(bills) == 0 {
		return nil
	}
	line, err := addLine(bills)
	if err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.log.append(line); err != nil {
		return err
	}
	for _, b := range bills {
		q.pending = append(q.pending, proto.CloneOf(b)) // the caller may change his own
	}
	return nil
}

// Len is how many bills wait to be sent.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.pending)
}

// Close lets another process open the queue.
func (q *Queue) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	var errs []error
	for _, j := range []*journal{q.log, q.dead} {
		if j != nil {
			errs = append(errs, j.file.Close())
		}
	}
	if q.locked { // last: now the files are another's
		errs = append(errs, unlockFile(q.lock))
	}
	if q.lock != nil {
		errs = append(errs, q.lock.Close())
	}
	return errors.Join(errs...)
}

// next gives what one call takes from the front.
func (q *Queue) next() []*Bill {
	q.mu.Lock()
	defer q.mu.Unlock()
	size := 0
	for n, b := range q.pending {
		if size += proto.Size(b); n == MaxBatch || n > 0 && size > maxBatchBytes {
			return q.pending[:n:n]
		}
	}
	return q.pending[:len(q.pending):len(q.pending)]
}

// settle takes bills off the front: first the refused ones are safe as dead letters,
// then the rest is done with. Cut off between the two, they are sent once more.
func (q *Queue) settle(n int, refused []DeadLetter) error {
	if n == 0 {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.bury(refused); err != nil {
		return err
	}
	rest := q.pending[n:]
	switch {
	case len(rest) == 0:
		if err := q.log.replace(); err != nil {
			return err
		}
	case q.log.size > compactAt:
		lines, err := addLines(rest)
		if err == nil {
			err = q.log.replace(lines...)
		}
		if err != nil {
			return err
		}
	default:
		line, err := json.Marshal(entry{Done: n})
		if err == nil {
			err = q.log.append(line)
		}
		if err != nil {
			return err
		}
	}
	q.pending = rest
	return nil
}

// addLines writes bills anew, in lines of a batch each.
func addLines(bills []*Bill) (lines [][]byte, err error) {
	for len(bills) > 0 && err == nil {
		n := min(len(bills), MaxBatch)
		var line []byte
		line, err = addLine(bills[:n])
		lines, bills = append(lines, line), bills[n:]
	}
	return lines, err
}

func addLine(bills []*Bill) ([]byte, error) {
	var e entry
	for _, b := range bills {
		raw, err := jsonOf(b)
		if err != nil {
			return nil, err
		}
		e.Add = append(e.Add, raw)
	}
	return json.Marshal(e)
}

// jsonOf is a bill as a line holds it; fields that a newer version wrote and this one
// does not know would be lost, so the file is read by versions from its own on.
func jsonOf(b *Bill) (json.RawMessage, error) {
	if b == nil {
		return nil, errors.New("changke: a bill is nil")
	}
	raw, err := protojson.Marshal(b)
	if err != nil {
		return nil, errors.New("changke: a bill holds text that is not UTF-8") // protobuf's words quote it
	}
	var one bytes.Buffer
	err = json.Compact(&one, raw)
	return one.Bytes(), err
}

func billOf(raw json.RawMessage) (*Bill, error) {
	b := &Bill{}
	if err := protojson.Unmarshal(raw, b); err != nil {
		return nil, errors.New("a bill that this version can't read")
	}
	return b, nil
}
