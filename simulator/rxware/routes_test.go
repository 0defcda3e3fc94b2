package rxware_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

func TestEveryOperationIsServedUnderEverySpelling(t *testing.T) {
	t.Parallel()
	bases := []string{"/v1/patients", "/v1/patient", "/patients", "/patient"}
	for _, inviteAt := range bases {
		w := newWorld(t)
		got := w.call("POST", inviteAt+"/invite", invited())
		equal(t, inviteAt, got.Code, 200)
		id := gjson.GetBytes(got.Body.Bytes(), "data.patientId").Str
		equal(t, "body", got.Body.String(), `{"data":{"supportProgramId":"`+programID+`","phoneNumber":"+12025550142","patientId":"`+id+`"},"status":200}`)
		file := w.upload(id)
		for _, readAt := range bases {
			read := w.call("GET", readAt+"/"+id, "")
			equal(t, readAt, read.Code, 200)
			media := w.call("GET", readAt+"/"+id+"/media/"+file, "")
			equal(t, readAt+" media", media.Code, 200)
			equal(t, "type", media.Header().Get("Content-Type"), "application/pdf")
			equal(t, "content", media.Body.String(), pdf)
		}
	}
}

const pdf = "%PDF-1.7\n%%EOF\n"

// upload brings a patient to the cards and sends one; it returns the file's id.
func (w *world) upload(id string) (file string) {
	w.t.Helper()
	known, _ := program.ParseID(id)
	w.update(func(tx *sandbox.Tx) error {
		if _, err := w.support.Open(tx, known); err != nil {
			return err
		}
		if _, err := w.support.Consent(tx, known, map[string]bool{"communication": true, "sharePHI": true}); err != nil {
			return err
		}
		m, err := w.support.AddMedia(tx, known, program.PrimaryFront, []byte(pdf))
		file = m.ID
		return err
	})
	return file
}

func TestWhatIsNotServedIsRefusedInThePlatformsForm(t *testing.T) {
	t.Parallel()
	const id = "ha0000000000000"
	w := newWorld(t)
	for _, c := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"GET", "/", 404, ""},
		{"POST", "/", 404, ""},
		{"GET", "/v1", 404, ""},
		{"GET", "/v1/patients", 404, ""},
		{"GET", "/v1/patients/", 404, ""},
		{"POST", "/v2/patients/invite", 404, ""},
		{"POST", "/V1/patients/invite", 404, ""},
		{"POST", "/v1/Patients/invite", 404, ""},
		{"POST", "/v1/patients/invite/", 404, ""},
		{"POST", "/v1/patients//invite", 404, ""},
		{"POST", "//v1/patients/invite", 404, ""},
		{"POST", "/v1/patients/./invite", 404, ""},
		{"POST", "/v1/patients/../patients/invite", 404, ""},
		{"GET", "/v1/patients//media/x", 404, ""},
		{"GET", "/v1/patients/" + id + "/", 404, ""},
		{"GET", "/v1/patients/" + id + "/media", 404, ""},
		{"GET", "/v1/patients/" + id + "/media/", 404, ""},
		{"GET", "/v1/patients/" + id + "//media/x", 404, ""},
		{"GET", "/v1/patients/" + id + "/media/x/y", 404, ""},
		{"GET", "/v1/patients/" + id + "/Media/x", 404, ""},
		// An encoded slash is part of a segment, and no id has one.
		{"POST", "/v1%2Fpatients/invite", 404, ""},
		{"POST", "/v1/patients%2finvite", 404, ""},
		{"GET", "/v1/patients/" + id + "%2Fmedia/x", 404, ""},
		{"GET", "/v1/patients/" + id + "/media/x%2Fy", 404, ""},
		{"GET", "/v1/patients/%2F", 404, ""},
		// Other encoded letters are themselves.
		{"GET", "/v1/patients/%69nvite", 405, "POST"},

		{"GET", "/v1/patients/invite", 405, "POST"},
		{"PUT", "/v1/patients/invite", 405, "POST"},
		{"PATCH", "/patients/invite", 405, "POST"},
		{"DELETE", "/v1/patient/invite", 405, "POST"},
		{"HEAD", "/v1/patients/invite", 405, "POST"},
		{"OPTIONS", "/v1/patients/invite", 405, "POST"},
		{"TRACE", "/v1/patients/invite", 405, "POST"},
		{"INVITE", "/v1/patients/invite", 405, "POST"},
		{"*", "/v1/patients/invite", 405, "POST"},
		{"POST", "/v1/patients/" + id, 405, "GET"},
		{"PUT", "/patient/" + id, 405, "GET"},
		{"DELETE", "/v1/patients/" + id, 405, "GET"}, // AMB-056
		{"HEAD", "/v1/patients/" + id, 405, "GET"},
		{"OPTIONS", "/v1/patients/" + id, 405, "GET"},
		{"BREW", "/v1/patients/" + id, 405, "GET"},
		{"POST", "/v1/patients/" + id + "/media/x", 405, "GET"},
		{"HEAD", "/v1/patients/" + id + "/media/x", 405, "GET"},
		{"OPTIONS", "/v1/patients/" + id + "/media/x", 405, "GET"},
	} {
		t.Run(c.method+" "+c.target, func(t *testing.T) {
			got := w.call(c.method, c.target, "", func(r *http.Request) { r.Header.Del("Authorization") })
			equal(t, "status", got.Code, c.status)
			equal(t, "allow", strings.Join(got.Header().Values("Allow"), "|"), c.allow)
			equal(t, "clause", got.Header().Get("Placebo-Clause"), "RX-OUR-042")
			want := `{"error":{"message":"` + http.StatusText(c.status) + `"},"status":` + map[int]string{404: "404", 405: "405"}[c.status] + `}`
			if c.method == "HEAD" {
				want = ""
			}
			equal(t, "body", got.Body.String(), want)
		})
	}
}

func TestAnUnknownRouteNamesOperationsThatAreLikeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.call("POST", "/v1/patients/invite/", invited())
	w.call("GET", "/v2/patients/ha0000000000000/media/x", "")
	kept, _ := w.box.Journal().Exchanges()
	for i, want := range []string{"POST /v1/patients/:id", "GET /v1/patients/:id/media/:media"} {
		if !slices.Contains(kept[i].Why.Near, want) {
			t.Errorf("%s: named are %v", kept[i].Target, kept[i].Why.Near)
		}
		for _, near := range kept[i].Why.Near {
			if method, _, _ := strings.Cut(near, " "); method != "GET" && method != "POST" {
				t.Errorf("%s: %s is no operation", kept[i].Target, near)
			}
		}
	}
}

func TestTheAuthTokenMayComeUnderEitherName(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Del("X-Api-Key")
			if value != "" {
				r.Header.Set(name, value)
			}
		}
	}
	authorization := func(value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", value) }
	}
	w := newWorld(t)
	for _, c := range []struct {
		claim  string
		change func(*http.Request)
		status int
	}{
		{"x-api-key", header("x-api-key", "pk"), 400}, // an unknown patient: the caller is known
		{"X-Auth-Token", header("X-Auth-Token", "pk"), 400},
		{"another header", header("Api-Key", "pk"), 401},
		{"no header", header("", ""), 401},
		{"the alias does not mend a wrong one", func(r *http.Request) { r.Header.Set("X-Api-Key", "no"); r.Header.Set("X-Auth-Token", "pk") }, 401},
		{"bearer in small", authorization("bearer " + w.signed("tk")), 400},
		{"BEARER in capitals", authorization("BEARER  " + w.signed("tk") + " "), 400},
		{"no scheme", authorization(w.signed("tk")), 401},
		{"another scheme", authorization("Token " + w.signed("tk")), 401},
		{"a scheme alone", authorization("Bearer"), 401},
		{"a token in another case", authorization("Bearer " + strings.ToLower(w.signed("tk"))), 401},
		{"a padded token", authorization("Bearer " + w.signed("tk") + "="), 401},
	} {
		equal(t, c.claim, w.call("GET", "/v1/patients/ha0000000000000", "", c.change).Code, c.status)
	}
	named := newPlatform(t, "x-partner-id").open(t)
	equal(t, "a configured name", named.call("GET", "/v1/patients/x", "", header("X-Partner-Id", "pk")).Code, 400)
	equal(t, "its alias", named.call("GET", "/v1/patients/x", "", header("X-Auth-Token", "pk")).Code, 400)
	equal(t, "the default name", named.call("GET", "/v1/patients/x", "").Code, 401)
}

func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.invite(invited())
	before := w.box.Sizes()
	w.call("GET", "/v1/patients/"+id, "")
	for name, n := range w.box.Sizes() {
		equal(t, name, n, before[name])
	}
}
