package changke

import (
	"context"
	"errors"
	"time"

	"connectrpc.com/connect"
)

// Recorder records bills: a Client.
type Recorder interface {
	RecordBills(ctx context.Context, req *RecordBillsRequest) (res *RecordBillsResponse, err error)
}

// Drained counts what a Drain did.
type Drained struct {
	Recorded int // recorded now, superseded ones and parked refund notes too
	Known    int // on file already: sent before, and the answer was lost
	Refused  int // dead letters now
}

// Drain sends what waits, in calls of up to 500, until nothing does or a call fails in
// a way that waiting may mend: then it gives that error, what was answered is settled,
// and the rest stays. Cut off at any point nothing is lost, and what is sent twice
// counts once, by its natural key. Call it whenever the line is back and now and then;
// a second Drain waits for the first.
func (q *Queue) Drain(ctx context.Context, to Recorder) (sum Drained, err error) {
	q.draining.Lock()
	defer q.draining.Unlock()
	for {
		now := time.Now()
		batch := q.next()
		if len(batch) == 0 {
			return sum, nil
		}
		answers, failed := send(ctx, to, batch)
		var refused []DeadLetter
		for i, a := range answers {
			switch {
			case a.known:
				sum.Known++
			case a.reason == "":
				sum.Recorded++
			default:
				refused = append(refused, DeadLetter{Bill: batch[i], Reason: a.reason, Message: a.message, RequestID: a.requestID, Time: now})
			}
		}
		sum.Refused += len(refused)
		if err := errors.Join(failed, q.settle(len(answers), refused)); err != nil {
			return sum, err
		}
	}
}

// answer is what became of one bill; a reason means that it was refused.
type answer struct {
	known                      bool
	reason, message, requestID string
}

// send sends a batch and gives answers for as many of its first bills as were
// answered. One bill that makes the server refuse the whole call is found by halving.
func send(ctx context.Context, to Recorder, batch []*Bill) ([]answer, error) {
	res, err := to.RecordBills(ctx, &RecordBillsRequest{Bills: batch})
	if fault := ofContent(err); fault != nil {
		if len(batch) == 1 {
			message := fault.Message
			for _, v := range fault.Violations {
				message += " " + v.Field + "：" + v.Message
			}
			return []answer{{reason: fault.Reason, message: message, requestID: fault.RequestID}}, nil
		}
		half := len(batch) / 2
		first, err := send(ctx, to, batch[:half])
		if err != nil {
			return first, err
		}
		second, err := send(ctx, to, batch[half:])
		return append(first, second...), err
	}
	if err != nil {
		return nil, err
	}
	if len(res.GetResults()) != len(batch) {
		return nil, &Error{Code: connect.CodeInternal, Reason: ReasonNotChangke, Message: ownMessages[ReasonNotChangke]}
	}
	answers := make([]answer, len(batch))
	for i, r := range res.GetResults() {
		switch r.GetOutcome() {
		case Recorded, Superseded, Parked:
		case Duplicate:
			answers[i].known = true
		case Refused:
			answers[i] = answer{reason: r.GetReason(), message: r.GetMessage()}
		default: // a word that came later: nothing is dropped that nobody understood
			answers[i] = answer{reason: ReasonUnknownOutcome, message: "服务器给出了此版本 SDK 不认识的结果，请升级 SDK 后重新上传。"}
		}
	}
	return answers, nil
}

// ReasonUnknownOutcome is a dead letter's whose result this version does not know.
const ReasonUnknownOutcome = "client.unknown_outcome"

// ofContent gives the error if the server refuses what the call holds, so that
// sending the same again is in vain.
func ofContent(err error) *Error {
	e := (*Error)(nil)
	if !errors.As(err, &e) || e.Reason == ReasonNotChangke {
		return nil
	}
	if e.Code == connect.CodeInvalidArgument || e.Reason == reasonTooLarge {
		return e
	}
	return nil
}
