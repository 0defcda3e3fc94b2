package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const maya = "ha65a1c0ffee012"

// open opens a store that is closed with the test.
func open(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t *testing.T) *Store { return open(t, filepath.Join(t.TempDir(), "partner.db")) }

func take(t *testing.T, s *Store, body string) Taken {
	t.Helper()
	n, err := Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	taken, err := s.Take(t.Context(), &n)
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

// known is a patient as our own API tells of them.
func known(t *testing.T, s *Store, id string) string {
	t.Helper()
	p, ok, err := s.Patient(t.Context(), id)
	if err != nil || !ok {
		t.Fatalf("%s is known: %t, %v", id, ok, err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatComesAgainChangesNothing(t *testing.T) {
	s := fresh(t)
	webhooks := []string{printedEnrollment, printedTracker, printedStop, printedStart, printedInfusion}
	for _, body := range webhooks {
		equal(t, "times", take(t, s, body).Times, 1)
	}
	before := known(t, s, maya)
	for _, body := range webhooks {
		equal(t, "times", take(t, s, body).Times, 2)
	}
	equal(t, "patient", known(t, s, maya), before)

	// The same instant in another form is the same.
	equal(t, "times", take(t, s, swap(printedStop, "2026-02-05T06:00:00+00:00", "2026-02-05T 06:00:00.000Z")).Times, 3)
	equal(t, "times", take(t, s, swap(printedTracker, "T08:00:00.000Z", "T08:00:00.001Z")).Times, 1)
}

func TestWhatIsLateUndoesNothing(t *testing.T) {
	s := fresh(t)
	take(t, s, printedStart)
	take(t, s, printedStop) // half an hour older
	p, _, _ := s.Patient(t.Context(), maya)
	equal(t, "opted out", p.OptedOut, false)

	take(t, s, printedEnrollment)
	take(t, s, swap(printedEnrollment, "2026-02-03", "2026-02-02", "Torres", "Miller"))
	p, _, _ = s.Patient(t.Context(), maya)
	equal(t, "last name", p.LastName, "Torres")

	take(t, s, swap(printedInfusion, "2026-02-06", "2026-02-07", "Blue Lake Infusions", "North"))
	take(t, s, printedInfusion)
	p, _, _ = s.Patient(t.Context(), maya)
	if !strings.Contains(string(p.Infusion), "North") {
		t.Errorf("got %s, want the later one", p.Infusion)
	}
}

func TestStopAndStartWithinOneSecondAreTwoEvents(t *testing.T) {
	s := fresh(t)
	take(t, s, printedStop)
	equal(t, "times", take(t, s, swap(printedStart, "06:30:00", "06:00:00")).Times, 1)
	p, _, _ := s.Patient(t.Context(), maya)
	equal(t, "opted out", p.OptedOut, false)
}

func TestOurOwnIdIsRemembered(t *testing.T) {
	s := fresh(t)
	nameless := swap(printedStop, `[{"source": "partner", "sourceId": "crm-88412"}]`, "[]")
	equal(t, "before", take(t, s, nameless).ExternalID, "")
	err := s.Invited(t.Context(), maya, &Invitation{ExternalID: "crm-88412", Phone: "+12025550142", Program: "p", FirstName: "Maya", LastName: "Torres"})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "after", take(t, s, swap(nameless, "06:00", "07:00")).ExternalID, "crm-88412")
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a name with % and ?.db")
	s := open(t, path)
	for _, body := range []string{printedEnrollment, printedTracker, printedStop, printedInfusion} {
		take(t, s, body)
	}
	job, any, err := s.NextJob(t.Context())
	if err != nil || !any {
		t.Fatal(any, err)
	}
	if err := s.Keep(t.Context(), job, "image/png", []byte("\x89PNG")); err != nil {
		t.Fatal(err)
	}
	before := known(t, s, maya)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	equal(t, "patient", known(t, s, maya), before)
	next, any, err := s.NextJob(t.Context())
	if err != nil || !any || next.ID == job.ID {
		t.Errorf("got %v, %t, %v, want the next file", next, any, err)
	}
	for _, want := range []string{`"optedOut":true`, `"trackerVisits":1`, `"state":"fetched"`, `"size":4`, `"dob":"1987-09-04"`, `"next":"2026-03-01T00:00:00Z"`} {
		if !strings.Contains(before, want) {
			t.Errorf("got %s, want %s", before, want)
		}
	}
}

// victim tells the child of TestAKillLosesNothingThatWasAcknowledged its file.
const victim = "PARTNER_TEST_VICTIM"

func TestMain(m *testing.M) {
	if path := os.Getenv(victim); path != "" {
		takeUntilKilled(path)
	}
	os.Exit(m.Run())
}

// patientNo is the id of the enrollment that the victim takes as its nth.
func patientNo(n int) string { return fmt.Sprintf("ha65a1c0f%06d", n) }

func takeUntilKilled(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path)
	for i := 0; err == nil; i++ {
		var n Notice
		if n, err = Read([]byte(swap(printedEnrollment, maya, patientNo(i)))); err == nil {
			_, err = s.Take(ctx, &n)
		}
		if err == nil {
			fmt.Println(i)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func TestAKillLosesNothingThatWasAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "partner.db")
	acknowledged := -1
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), victim+"="+path)
		cmd.Stderr = t.Output()
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			n, err := strconv.Atoi(lines.Text())
			if err != nil {
				t.Fatal(err)
			}
			acknowledged = max(acknowledged, n)
			if n == 20+15*round { // the victim is in the middle of a later one
				_ = cmd.Process.Kill()
			}
		}
		_ = cmd.Wait()
	}
	if acknowledged < 50 {
		t.Fatalf("only %d were acknowledged", acknowledged+1)
	}

	s := open(t, path)
	for n := range acknowledged + 1 {
		if _, ok, err := s.Patient(t.Context(), patientNo(n)); err != nil || !ok {
			t.Fatalf("patient %d of %d is known: %t, %v", n, acknowledged+1, ok, err)
		}
	}
	// Of no webhook only a part is there: each has its patient and five files.
	var events, patients, files int
	err := s.db.QueryRow(`SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM patients WHERE details IS NOT NULL), (SELECT count(*) FROM files)`).
		Scan(&events, &patients, &files)
	if err != nil || patients != events || files != 5*events {
		t.Errorf("got %d events, %d patients and %d files, %v", events, patients, files, err)
	}
	var sound string
	if err := s.db.QueryRow(`PRAGMA integrity_check`).Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("the file is %s, %v", sound, err)
	}
}

func TestTwoPartnersMayUseOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "partner.db")
	one, other := open(t, path), open(t, path)
	done := make(chan error)
	for i, s := range []*Store{one, other} {
		go func() {
			var err error
			for j := 0; j < 20 && err == nil; j++ {
				n, _ := Read([]byte(swap(printedTracker, "T08:00:00.000Z", fmt.Sprintf("T0%d:00:%02d.000Z", i, j))))
				_, err = s.Take(t.Context(), &n)
			}
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	p, _, _ := one.Patient(t.Context(), maya)
	equal(t, "visits", p.Visits, 40)
	equal(t, "last visit", p.LastVisit.Format(time.TimeOnly), "01:00:19")
}
