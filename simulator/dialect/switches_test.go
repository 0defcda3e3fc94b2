package dialect_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/placebo-sim/placebo/simulator/dialect"
)

// defaults are the defaults that the register states, in the order of the
// switches.
var defaults = []struct{ ambiguity, name, value string }{
	{"AMB-001", "consentKey", "consents"},
	{"AMB-002", "apartmentKey", "apt"},
	{"AMB-003", "visitLayout", "nested"},
	{"AMB-004", "namesAt.enrollment", "event"},
	{"AMB-004", "namesAt.tracker", "event"},
	{"AMB-004", "namesAt.opt", "top"},
	{"AMB-004", "namesAt.infusion", "event"},
	{"AMB-005", "sendDate.enrollment", "millisZ"},
	{"AMB-005", "sendDate.tracker", "millisZ"},
	{"AMB-005", "sendDate.opt", "secondsOffset"},
	{"AMB-005", "sendDate.infusion", "millisZ"},
	{"AMB-006", "externalSource.enrollment", "Partner"},
	{"AMB-006", "externalSource.tracker", "Partner"},
	{"AMB-006", "externalSource.opt", "partner"},
	{"AMB-006", "externalSource.infusion", "Partner"},
	{"AMB-007", "webhookDob", "epochMs"},
	{"AMB-007", "inviteDob", "iso"},
	{"AMB-008", "primaryCardDob", "epochMs"},
	{"AMB-009", "epochUnit", "ms"},
	{"AMB-010", "insuranceCase", "snake"},
	{"AMB-010", "inviteKeyCase", "exact"},
	{"AMB-011", "contactMethodCase", "capitalized"},
	{"AMB-012", "callTimeAccept", "documented"},
	{"AMB-012", "callTimeEmit", "mapToEvening"},
	{"AMB-013", "caregiverName", "joined"},
	{"AMB-014", "statusMember", "present"},
	{"AMB-014", "messageMember", "present"},
	{"AMB-015", "infusionPatientId", "both"},
	{"AMB-016", "infusionPath", "user-enrollment"},
	{"AMB-017", "infusionEventName", "HelpAround.Patient.UserAction"},
	{"AMB-018", "infusionContainers", "object"},
	{"AMB-019", "eventType", "onlyOpt"},
	{"AMB-020", "programIdShape", "any"},
	{"AMB-021", "paths", "both"},
	{"AMB-022", "partner400", "anyJson"},
	{"AMB-023", "ackExternalId", "optional"},
	{"AMB-024", "webhookScheme", "any"},
	{"AMB-025", "optWebhookOnApi", "no"},
	{"AMB-026", "keywordMatch", "trimIgnoreCase"},
	{"AMB-027", "optValue", "boolean"},
	{"AMB-027", "optAccept", "both"},
	{"AMB-028", "optKeys", "opt-in only"},
	{"AMB-029", "brand", "helparound"},
	{"AMB-030", "phoneMessage", "byStage"},
	{"AMB-031", "notAlignedCode", "1010"},
	{"AMB-032", "phoneRule", "pattern"},
	{"AMB-034", "tokenFault", "perEndpoint"},
	{"AMB-034", "credentialPair", "403"},
	{"AMB-037", "keyPrefix", "none"},
	{"AMB-038", "additionalData", "arrayOfObjects"},
	{"AMB-039", "editable", "optional"},
	{"AMB-040", "hundred", "max"},
	{"AMB-041", "ascii", "7bit"},
	{"AMB-043", "slash", "decodedPlain"},
	{"AMB-044", "duplicateId", "_id"},
	{"AMB-045", "duplicateBy", "externalIdOrPhone"},
	{"AMB-046", "minorCaregiver", "flagOrKeys"},
	{"AMB-047", "absentCaregiverPhone", "aligned"},
	{"AMB-050", "secondaryDob", "text100"},
	{"AMB-051", "stateZip", "lengthOnly"},
	{"AMB-052", "dobFormat", "strict"},
	{"AMB-053", "missingCode", "1008"},
	{"AMB-054", "naCode", "absent"},
	{"AMB-055", "inviteSms", "always"},
	{"AMB-055", "linkTarget", "web"},
	{"AMB-057", "smsCommandIn", "name"},
	{"AMB-058", "copayCommand", "both"},
	{"AMB-059", "copayDataMember", "either"},
	{"AMB-061", "insuranceExtra", "none"},
	{"AMB-062", "copayForm", "both"},
	{"AMB-064", "additionalDataPlace", "documented"},
	{"AMB-066", "eventVocabulary", "configured"},
	{"AMB-067", "okBody", "data.message"},
	{"AMB-068", "optOutMessage", "Successful"},
	{"AMB-069", "repeatOptOut", "208"},
	{"AMB-071", "reinviteOrder", "externalFirst"},
	{"AMB-072", "unsubscribedBlocks", "all"},
	{"AMB-074", "relationship", "closed"},
	{"AMB-076", "organizationId", "ignored"},
	{"AMB-079", "emptyStatusText", "refused"},
	{"AMB-080", "enrollCompleteEcho", "no"},
	{"RX-OUR-024", "secondaryWhenInactive", "kept"},
}

func TestTheZeroSetIsTheRegistersDefaults(t *testing.T) {
	t.Parallel()
	all := dialect.Switches("")
	if len(all) != len(defaults) {
		t.Fatalf("got %d switches, want %d", len(all), len(defaults))
	}
	var zero dialect.Set
	for i, w := range all {
		want := defaults[i]
		if w.Ambiguity != want.ambiguity || w.Name != want.name || w.Switch != dialect.Switch(i) {
			t.Errorf("switch %d is %s %s, number %d, want %s %s", i, w.Ambiguity, w.Name, w.Switch, want.ambiguity, want.name)
			continue
		}
		if got := zero.Of(w.Switch); got != want.value || !zero.Is(w.Switch, want.value) || w.Values[0].Name != want.value {
			t.Errorf("%s: got %q, want %q", w.Name, got, want.value)
		}
	}
}

func TestEverySwitchCanBeSwitched(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, w := range dialect.Switches("") {
		if seen[w.Name] {
			t.Errorf("%s is there twice", w.Name)
		}
		seen[w.Name] = true
		if _, ok := dialect.Find(w.Ambiguity); !ok {
			t.Errorf("%s belongs to %s, which the register does not have", w.Name, w.Ambiguity)
		}
		if w.Does == "" || strings.HasSuffix(w.Does, ".") {
			t.Errorf("%s: got %q, want a few words on what it decides", w.Name, w.Does)
		}
		if len(w.Values) < 2 {
			t.Errorf("%s has the values %v, want two or more", w.Name, w.Values)
		}
		for i, v := range w.Values {
			if slices.ContainsFunc(w.Values[:i], func(u dialect.Value) bool { return u.Name == v.Name }) {
				t.Errorf("%s has %q twice", w.Name, v.Name)
			}
			if i == 0 && v.Robustness {
				t.Errorf("the default of %s is a robustness value", w.Name)
			}
		}
	}
}

func TestOnlyWhatNoDocumentSupportsIsARobustnessValue(t *testing.T) {
	t.Parallel()
	want := []string{
		"visitLayout literal-broken", // printed, but no JSON
		"epochUnit s",
		"infusionEventName HelpAround.Patient.UserAction.InfusionUpdated",
		"brand rxware",
		"hundred exact", // no printed example would pass
	}
	var got []string
	for _, w := range dialect.Switches("") {
		for _, v := range w.Values {
			if v.Robustness {
				got = append(got, w.Name+" "+v.Name)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAWholeReadingTakesDocumentedValuesOfTheSwitch(t *testing.T) {
	t.Parallel()
	taken := map[dialect.Reading]int{}
	for _, w := range dialect.Switches("") {
		for r, value := range w.By {
			if !slices.Contains(dialect.Readings(), r) {
				t.Errorf("%s follows %q, which is no whole reading", w.Name, r)
			}
			i := slices.IndexFunc(w.Values, func(v dialect.Value) bool { return v.Name == value })
			switch {
			case i < 0:
				t.Errorf("%s has no value %q, which it takes by %s", w.Name, value, r)
			case w.Values[i].Robustness:
				t.Errorf("%s takes the robustness value %q by %s", w.Name, value, r)
			case i > 0:
				taken[r]++
			}
		}
	}
	for _, r := range dialect.Readings() {
		if taken[r] == 0 {
			t.Errorf("the reading %s is nothing but the defaults", r)
		}
	}
}
