package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/cucumber/godog"

	"github.com/placebo-sim/placebo/conformance/port"
)

// limited are the members of an infusion webhook that have a maximum.
var limited = []string{
	"event.message", "event.supportProgramId", "event.status", "event.data.key", "event.data.value", "event.patientId",
	"event.patient.externalIds.0.source", "event.patient.externalIds.0.sourceId", "event.sourceName", "event.eventName",
}

func (s *Scenario) infusions(sc *godog.ScenarioContext) {
	sc.When(re(`^(\w+) tells of her next infusion$`), func(ctx context.Context, name string) error {
		return s.tellsOfInfusion(ctx, name, &godog.Table{})
	})
	sc.When(re(`^(\w+) tells of her next infusion:$`), s.tellsOfInfusion)
	sc.When(re(`^(\w+) tells that there is no next infusion$`), func(ctx context.Context, name string) error {
		return s.must(ctx, name, port.Act{Do: "update-infusion", Infusion: &port.Infusion{Facility: "Huntsville Infusion Center"}})
	})
	sc.Then(re(`^the platform keeps (\w+)'s next infusion on "([^"]*)" at "([^"]*)"$`), func(ctx context.Context, name, date, place string) error {
		st, err := s.state(ctx, name)
		if err == nil && (st.Infusion == nil || st.Infusion.Date != date || st.Infusion.Facility != place) {
			err = fmt.Errorf("it keeps %+v", st.Infusion)
		}
		return err
	})
	sc.Then(re(`^no text of the webhook is longer than 100 characters$`), func(ctx context.Context) error {
		h, err := s.last(ctx)
		if err != nil {
			return err
		}
		for _, path := range limited {
			if v, ok := h.Text(path); !ok || len([]rune(v)) > 100 {
				err = errors.Join(err, fmt.Errorf("%s is %q", path, v))
			}
		}
		return err
	})
}

// tellsOfInfusion fills in the infusion screen; what the table does not say is
// the first of April at Huntsville, without news of the insurance.
func (s *Scenario) tellsOfInfusion(ctx context.Context, name string, t *godog.Table) error {
	pairs, err := rows(t)
	if err != nil {
		return err
	}
	act := port.Act{Do: "update-infusion", Infusion: &port.Infusion{Date: "2026-04-01", Facility: "Huntsville Infusion Center"}}
	for _, kv := range pairs {
		switch kv[0] {
		case "date":
			act.Infusion.Date = kv[1]
		case "facility":
			act.Infusion.Facility = kv[1]
		case "news of the insurance":
			act.Infusion.Insurance = kv[1] == "yes"
		default:
			if act.Values == nil {
				act.Values = map[string]string{}
			}
			act.Values[kv[0]] = kv[1]
		}
	}
	return s.must(ctx, name, act)
}
