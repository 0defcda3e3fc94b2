package port

import (
	"context"
	"time"
)

// Partner is a partner's webhook endpoint under test.
type Partner interface {
	// Tell posts a body to one of the partner's webhook paths.
	Tell(ctx context.Context, path string, body []byte, m Manner) Outcome
	// Fetched returns what the partner has asked us for. The error says that it
	// cannot ask us.
	Fetched() ([]Fetch, error)
	// Lose makes pictures unavailable: who asks for them is told that there are
	// none.
	Lose(media ...string)
}

// Manner is how a webhook travels. The zero value is the vendor's usual way.
type Manner struct {
	Type    string        // content type; empty means JSON's
	Untyped bool          // no content type at all
	Drip    time.Duration // the body comes in small pieces over that time
	Chunked bool          // the length of the body is not said
	HangUp  bool          // nobody waits for the answer; there is no outcome
}

// Fetch is a partner's request for a picture.
type Fetch struct {
	Patient string // the id in the address
	Media   string
}

// Known is a patient that the partner under test knows.
type Known struct {
	Program  string // the support program
	Patient  string // the vendor's id
	External string // the partner's own id
	Phone    string
}
