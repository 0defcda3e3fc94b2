package program_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// instants are whole milliseconds in UTC, or no time at all.
var instants = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "never") {
		return time.Time{}
	}
	return time.UnixMilli(rapid.Int64Range(-1<<45, 1<<47).Draw(t, "ms")).UTC()
})

// keys are fields of the contract and others.
var keys = rapid.OneOf(rapid.SampledFrom(fieldKeys()), rapid.StringN(1, -1, -1))

func fieldKeys() (all []string) {
	for _, f := range program.StandardFields() {
		all = append(all, f.Key)
	}
	return all
}

func listOf[T any](t *rapid.T, name string, one func(*rapid.T) T) []T {
	list := rapid.SliceOfN(rapid.Custom(one), 0, 6).Draw(t, name)
	if len(list) == 0 {
		return nil // an empty list comes back as nil
	}
	return list
}

var patients = rapid.Custom(func(t *rapid.T) program.Patient {
	text := rapid.String()
	return program.Patient{
		ID:      program.ID(rapid.Uint64Range(0, 1<<52-1).Draw(t, "id")),
		Program: text.Draw(t, "program"), ExternalID: text.Draw(t, "external"), Phone: text.Draw(t, "phone"),
		FirstName: text.Draw(t, "first"), LastName: text.Draw(t, "last"),
		NeedsConsent: rapid.Bool().Draw(t, "needs"), IsCaregiver: rapid.Bool().Draw(t, "is"), SkipOnboarding: rapid.Bool().Draw(t, "skip"),
		InvitedAt: instants.Draw(t, "invited"), OpenedAt: instants.Draw(t, "opened"), ConsentedAt: instants.Draw(t, "consented"),
		SignedAt: instants.Draw(t, "signed"), FinishedAt: instants.Draw(t, "finished"), OptedOutAt: instants.Draw(t, "out"),
		Passed: rapid.Uint64().Draw(t, "passed"),
		Consents: listOf(t, "consents", func(t *rapid.T) program.ConsentGiven {
			return program.ConsentGiven{Name: text.Draw(t, "name"), Value: rapid.Bool().Draw(t, "value"), At: instants.Draw(t, "at")}
		}),
		Answers: listOf(t, "answers", func(t *rapid.T) program.Answer {
			return program.Answer{Key: keys.Draw(t, "key"), Value: text.Draw(t, "value"),
				Kind: program.Kind(rapid.Uint8Range(0, 7).Draw(t, "kind")), Locked: rapid.Bool().Draw(t, "locked")}
		}),
		Media: listOf(t, "media", func(t *rapid.T) program.MediaRef {
			return program.MediaRef{Use: program.Use(rapid.Uint8Range(0, 4).Draw(t, "use")),
				Ordinal: rapid.Uint64().Draw(t, "ordinal"), ID: text.Draw(t, "id")}
		}),
	}
})

var files = rapid.Custom(func(t *rapid.T) program.Media {
	m := program.Media{
		Patient: program.ID(rapid.Uint64Range(0, 1<<52-1).Draw(t, "patient")), Ordinal: rapid.Uint64().Draw(t, "ordinal"),
		ID: rapid.String().Draw(t, "id"), Use: program.Use(rapid.Uint8Range(0, 4).Draw(t, "use")),
		Type: rapid.String().Draw(t, "type"), Content: rapid.SliceOf(rapid.Byte()).Draw(t, "content"),
	}
	if len(m.Content) == 0 {
		m.Content = nil
	}
	return m
})

// roundTrip keeps a row in a collection of its own and reads it again.
func roundTrip[T any](t *testing.T, rows *rapid.Generator[T], key func(*T) sandbox.Key, pack func(*T, *sandbox.Archive)) {
	schema := sandbox.NewSchema()
	c := sandbox.Define(schema, "rows", key, pack)
	box := schema.New(sandbox.Options{Name: "meadow", Seed: 1})
	rapid.Check(t, func(t *rapid.T) {
		row := rows.Draw(t, "row")
		if err := box.Update(func(tx *sandbox.Tx) error { return c.Put(tx, &row) }); err != nil {
			t.Fatal(err)
		}
		box.View(func(r sandbox.Reader) {
			got, ok := c.Get(r, key(&row))
			if !ok || !reflect.DeepEqual(got, row) {
				t.Fatalf("read %+v, wrote %+v", got, row)
			}
		})
	})
}

func TestAPatientComesBackAsTheyWereKept(t *testing.T) {
	t.Parallel()
	roundTrip(t, patients, program.PatientKey, program.PackPatient)
}

func TestAFileComesBackAsItWasKept(t *testing.T) {
	t.Parallel()
	roundTrip(t, files, program.MediaKey, program.PackMedia)
}
