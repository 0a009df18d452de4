package changke

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// ErrDamaged says that a file of the queue is damaged where nothing was being
// written: a broken disk, or somebody has edited it. Nothing was changed.
var ErrDamaged = errors.New("changke: the offline queue's file is damaged")

// journal is an append-only file of lines, each with its checksum: "1a2b3c4d {…}\n".
// A line that stands there whole was synced before anybody was told; of a write that
// was cut off, at whatever byte, nothing stays but the end of the file, which the next
// open takes away.
type journal struct {
	path   string
	file   *os.File
	size   int64
	broken error // a write failed and could not be taken back
}

// openJournal opens or makes the file and gives its lines to read.
func openJournal(path string, read func(line []byte) error) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // bills hold guests' numbers
	if err != nil {
		return nil, err
	}
	j := &journal{path: path, file: file}
	if err := errors.Join(j.load(read), syncDir(filepath.Dir(path))); err != nil {
		_ = file.Close()
		return nil, err
	}
	return j, nil
}

func (j *journal) load(read func(line []byte) error) error {
	all, err := io.ReadAll(j.file)
	if err != nil {
		return err
	}
	for rest := all; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte{'\n'})
		body, good := checked(line)
		if !whole || !good && len(after) == 0 {
			break // cut off while it was written: nobody was told that it is safe
		}
		if !good {
			return fmt.Errorf("%w: %s at byte %d", ErrDamaged, j.path, j.size)
		}
		if err := read(body); err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ErrDamaged, j.path, j.size, err)
		}
		j.size += int64(len(line)) + 1
		rest = after
	}
	if j.size == int64(len(all)) {
		return nil
	}
	return j.cut(j.size)
}

// checked gives a line without its checksum, if that is right.
func checked(line []byte) ([]byte, bool) {
	sum, body, ok := bytes.Cut(line, []byte{' '})
	return body, ok && string(sum) == checksum(body)
}

func checksum(body []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(body)) }

// append writes a line and syncs it; when it returns nil the line is safe. An error
// leaves the file as it was.
func (j *journal) append(body []byte) error {
	if j.broken != nil {
		return j.broken
	}
	line := append([]byte(checksum(body)+" "), body...)
	line = append(line, '\n')
	_, err := j.file.WriteAt(line, j.size)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		if failed := j.cut(j.size); failed != nil {
			j.broken = fmt.Errorf("changke: the offline queue can't be written and must be opened anew: %w", errors.Join(err, failed))
		}
		return err
	}
	j.size += int64(len(line))
	return nil
}

// cut takes away what stands behind a byte.
func (j *journal) cut(size int64) error {
	if err := j.file.Truncate(size); err != nil {
		return err
	}
	j.size = size
	return j.file.Sync()
}

// replace puts lines in the place of all there are, at once or not at all.
func (j *journal) replace(bodies ...[]byte) error {
	if j.broken != nil {
		return j.broken
	}
	if len(bodies) == 0 {
		return j.cut(0)
	}
	next := j.path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	fresh, err := openJournal(next, func([]byte) error { return nil })
	if err != nil {
		return err
	}
	for _, b := range bodies {
		if err := fresh.append(b); err != nil {
			return errors.Join(err, fresh.file.Close())
		}
	}
	// Windows renames no file that is open.
	if err := errors.Join(fresh.file.Close(), j.file.Close(), os.Rename(next, j.path), syncDir(filepath.Dir(j.path))); err != nil {
		j.broken = err
		return err
	}
	if j.file, err = os.OpenFile(j.path, os.O_RDWR, 0o600); err != nil {
		j.broken = err
		return err
	}
	j.size = fresh.size
	return nil
}
