package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/changke/changke/services/kernel"
)

// How long a session lives.
const (
	SessionLife   = 14 * 24 * time.Hour // from the login on, whatever happens
	SessionIdle   = 3 * 24 * time.Hour  // without a request
	TokenLife     = 12 * time.Hour      // then the session goes on under a new token
	TokenOverlap  = time.Minute         // how long the old token serves requests under way
	SeenEvery     = 5 * time.Minute     // how exactly the last request is remembered
	DeviceTrusted = 180 * 24 * time.Hour
	ProofLasts    = 10 * time.Minute // how long after a proof sensitive acts are let through
)

// NewToken makes a token of 32 random bytes for a cookie; the database keeps
// its Hash only.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Hash is what the database keeps of a token or key: SHA-256, 32 bytes. They
// are random, so nothing slower is needed.
func Hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// Session is what a request's look-up by token gives.
type Session struct {
	Tenant        kernel.TenantID
	ID            kernel.UUID
	Person        kernel.PersonID
	Name          string
	PolicyVersion int64
	CreatedAt     time.Time // of this token
	SeenAt        time.Time
	ProvenAt      time.Time // by login or step-up
	FactorDue     bool      // the time to set up a second factor is over, for whoever works for the whole chain
	ExpiresAt     time.Time
	RevokedAt     *time.Time
	LeftOn        *kernel.BusinessDate
	Today         kernel.BusinessDate
	Assignments   []kernel.Assignment // of today, and what others delegated
}

// Live reports whether the session still lets its person in: a revocation, an
// end, idleness or leaving (ACC-03) counts from the very next request.
func (s Session) Live(now time.Time) bool {
	return s.RevokedAt == nil && now.Before(s.ExpiresAt) && now.Sub(s.SeenAt) < SessionIdle && (s.LeftOn == nil || s.Today < *s.LeftOn)
}

// NeedsToken reports whether the session should go on under a new token. One
// that has been replaced already, and only serves out its overlap, does not.
func (s Session) NeedsToken(now time.Time) bool {
	return now.Sub(s.CreatedAt) >= TokenLife && s.ExpiresAt.Sub(now) > TokenOverlap
}

// Proven reports whether the person proved himself in this session a short
// while ago.
func (s Session) Proven(now time.Time) bool { return now.Sub(s.ProvenAt) < ProofLasts }

// Actor is the session's person as the caller of a request.
func (s Session) Actor(now time.Time) *kernel.Actor {
	enrolling := false
	for _, a := range s.Assignments {
		enrolling = enrolling || s.FactorDue && a.TenantWide && a.For == nil
	}
	return &kernel.Actor{
		Kind: kernel.ActorPerson, Tenant: s.Tenant, Person: s.Person, Name: s.Name, Session: s.ID,
		PolicyVersion: s.PolicyVersion, Proven: s.Proven(now), Enrolling: enrolling, Assignments: s.Assignments,
	}
}
