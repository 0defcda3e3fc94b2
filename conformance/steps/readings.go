package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// places are where the readings of the contract put a required member; in each
// reading it is in one of them at least.
type places []string

var (
	programPlaces = places{"event.supportProgramId"}
	datePlaces    = places{"event.sendDate"}
	namePlaces    = places{"event.eventName", "eventName"}                      // AMB-003, AMB-004
	idPlaces      = places{"event.patient.id", "event.patientId", "patient.id"} // AMB-003, AMB-015
	phonePlaces   = places{"event.patient.phoneNumber", "patient.phoneNumber"}  // AMB-003
	firstPlaces   = places{"event.patient.firstName"}
	lastPlaces    = places{"event.patient.lastName"}
	keyPlaces     = places{"event.data.key"}
	valuePlaces   = places{"event.data.value"}
	sourcePlaces  = places{"event.sourceName", "sourceName"}                   // AMB-004
	ownIDPlaces   = places{"event.patient.externalIds", "patient.externalIds"} // AMB-003
)

// required are the members that each kind of webhook must have.
var required = map[string][]places{
	"an enrollment":      {programPlaces, datePlaces, idPlaces, phonePlaces, firstPlaces, lastPlaces, namePlaces},
	"a visit":            {programPlaces, datePlaces, keyPlaces, valuePlaces, idPlaces, phonePlaces, namePlaces},
	"an infusion update": {programPlaces, datePlaces, keyPlaces, valuePlaces, idPlaces, phonePlaces, ownIDPlaces, sourcePlaces, namePlaces},
}

// in is the first text found in the places.
func (p places) in(h port.Heard) string {
	for _, path := range p {
		if v, ok := h.Text(path); ok && v != "" {
			return v
		}
	}
	return ""
}

func (s *Scenario) readings(sc *godog.ScenarioContext) {
	sc.Then(re(`^the webhook has all that (an enrollment|a visit|an infusion update) requires$`), func(ctx context.Context, what string) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		if !h.Valid {
			return fmt.Errorf("it is no JSON object: %s", h.Body)
		}
		for _, member := range required[what] {
			if member.in(h) == "" {
				return fmt.Errorf("no %s in %s", strings.Join(member, " or "), h.Body)
			}
		}
		return nil
	})
	sc.Then(re(`^the webhook's "([^"]+)" reads "([^"]*)"$`), func(ctx context.Context, path, want string) error {
		h, err := s.last(ctx)
		if err == nil {
			if got, _ := h.Text(path); got != want {
				err = fmt.Errorf("%s is %q in %s", path, got, h.Body)
			}
		}
		return err
	})
	sc.Then(re(`^the answer's "([^"]+)" reads "([^"]*)"$`), func(path, want string) error {
		if got, _ := s.outcome.Text(path); got != want {
			return s.unexpected(path+" = "+want, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the vendor answers (\d+)$`), func(status string) error {
		if s.outcome.Err != nil || strconv.Itoa(s.outcome.Status) != status {
			return s.unexpected("status "+status, s.outcome)
		}
		return nil
	})
	sc.Then(re(`^the text has a link to the (web|app)$`), func(ctx context.Context, target string) error {
		link, err := s.link(ctx, s.who.name)
		if err != nil {
			return err
		}
		if link == "" {
			return errors.New("there is no link")
		}
		if strings.HasSuffix(link, "/app") != (target == "app") {
			return fmt.Errorf("the link is %s", link)
		}
		return nil
	})
}
