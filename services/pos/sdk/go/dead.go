package changke

import (
	"encoding/json"
	"errors"
	"time"

	"google.golang.org/protobuf/proto"
)

// DeadLetter is a bill that the server has refused: somebody has to look.
type DeadLetter struct {
	Bill      *Bill
	Reason    string    // stable; see the guide's table
	Message   string    // Chinese, how to mend it
	RequestID string    // where the whole call was refused
	Time      time.Time // when it was refused
}

type deadLine struct {
	Bill      json.RawMessage `json:"bill"`
	Reason    string          `json:"reason"`
	Message   string          `json:"message"`
	RequestID string          `json:"request_id,omitempty"`
	Time      time.Time       `json:"time"`
}

// DeadLetters are the refused bills, oldest first.
func (q *Queue) DeadLetters() []DeadLetter {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]DeadLetter(nil), q.letters...)
}

// Revive puts dead letters that match back to the end of the queue, once what was
// wrong is mended: a store that was missing, say. It gives how many.
func (q *Queue) Revive(match func(DeadLetter) bool) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	taken, rest := q.part(match)
	if len(taken) == 0 {
		return 0, nil
	}
	bills := make([]*Bill, len(taken))
	for i, d := range taken {
		bills[i] = d.Bill
	}
	line, err := addLine(bills)
	if err == nil {
		err = q.log.append(line)
	}
	if err != nil {
		return 0, err
	}
	q.pending = append(q.pending, bills...) // cut off here they are in both: sent, and refused or not, once more
	return len(taken), q.keep(rest)
}

// Forget takes dead letters that match away for good, after a person has dealt with
// them. It gives how many.
func (q *Queue) Forget(match func(DeadLetter) bool) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	taken, rest := q.part(match)
	if len(taken) == 0 {
		return 0, nil
	}
	return len(taken), q.keep(rest)
}

func (q *Queue) part(match func(DeadLetter) bool) (taken, rest []DeadLetter) {
	for _, d := range q.letters {
		if match(d) {
			taken = append(taken, d)
		} else {
			rest = append(rest, d)
		}
	}
	return taken, rest
}

func (q *Queue) keep(letters []DeadLetter) error {
	lines := make([][]byte, len(letters))
	for i, d := range letters {
		line, err := d.line()
		if err != nil {
			return err
		}
		lines[i] = line
	}
	if err := q.dead.replace(lines...); err != nil {
		return err
	}
	q.letters = letters
	return nil
}

// bury writes refused bills down; one that is there already with the same content was
// written before a stop.
func (q *Queue) bury(refused []DeadLetter) error {
	for _, d := range refused {
		if q.buried(d.Bill) {
			continue
		}
		line, err := d.line()
		if err == nil {
			err = q.dead.append(line)
		}
		if err != nil {
			return err
		}
		q.letters = append(q.letters, d)
	}
	return nil
}

func (q *Queue) buried(b *Bill) bool {
	for _, d := range q.letters {
		if proto.Equal(d.Bill, b) {
			return true
		}
	}
	return false
}

func (d DeadLetter) line() ([]byte, error) {
	raw, err := jsonOf(d.Bill)
	if err != nil {
		return nil, err
	}
	return json.Marshal(deadLine{raw, d.Reason, d.Message, d.RequestID, d.Time})
}

func (q *Queue) readDead(line []byte) error {
	var d deadLine
	if err := json.Unmarshal(line, &d); err != nil {
		return err
	}
	if len(d.Bill) == 0 {
		return errors.New("a dead letter without its bill")
	}
	b, err := billOf(d.Bill)
	if err != nil {
		return err
	}
	q.letters = append(q.letters, DeadLetter{Bill: b, Reason: d.Reason, Message: d.Message, RequestID: d.RequestID, Time: d.Time})
	return nil
}
