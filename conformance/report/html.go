package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/placebo-sim/placebo/conformance/evidence"
	"github.com/placebo-sim/placebo/conformance/result"
)

//go:embed assets
var assets embed.FS

var (
	style  = asset("report.css")
	script = asset("report.js")
	pages  = template.Must(template.New("").Funcs(template.FuncMap{
		"anchor": anchor, "lasted": lasted, "pretty": pretty, "curl": curl, "answered": answered, "look": look, "place": place,
		"plural": plural, "mark": mark, "first": firstLine, "headers": headers, "cut": cut, "list": func(of ...any) []any { return of },
	}).ParseFS(assets, "assets/*.html"))
)

func asset(name string) string {
	text, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	return string(text)
}

// How much of the evidence is in the page, in bytes of it; all of it is in
// result.json. What somebody should look at comes first.
const (
	mostEvidence   = 3_000_000
	mostOfPassed   = 900_000
	mostOfABody    = 6 << 10
	mostInScenario = 60 // exchanges
	openCards      = 10
)

type (
	// sheet is what the page shows.
	sheet struct {
		*result.Result
		Sentence, Tone, Who string
		Style               template.CSS
		Script              template.JS
		Policy              string // of the page's content
		Facts               []fact
		Bars                []bar
		Bad                 []chapter
		Skipped             []group
		Rows                []row
		Features            []feature
		Verdicts            []result.Verdict
		Peer                string
	}
	fact struct{ Name, Value string }
	bar  struct {
		Of    string
		All   int
		Parts []part
	}
	part struct {
		Verdict  result.Verdict
		N        int
		At, Wide float64 // thousandths
	}
	chapter struct {
		Verdict result.Verdict
		Title   string
		Lead    string
		Cards   []card
	}
	card struct {
		result.Scenario
		Open     bool
		Proves   []result.Clause
		Diagram  *diagram
		Shown    []evidence.Exchange
		Evidence template.HTML
		Without  string // why evidence is not here
	}
	row struct {
		result.Clause
		Proofs []proof
	}
	proof struct {
		ID      string
		Verdict result.Verdict
		Title   string
	}
	feature struct {
		File, Title string
		Counts      []part
		Cards       []card
	}
)

var chapters = map[result.Verdict][2]string{
	result.Failed:  {"Failed", "What these scenarios expect is a MUST of the contract, and was not so."},
	result.Error:   {"Could not be carried out", "Nothing can be said of these: the peer could not be asked, or the suite itself is wrong."},
	result.Warning: {"Warnings", "What these scenarios expect is a SHOULD of the contract, and was not so."},
}

// page makes report.html.
func page(r *result.Result) ([]byte, error) {
	v := &sheet{Result: r, Sentence: r.Sentence(), Tone: tone(r), Who: cmp.Or(who(r), "a peer"), Style: template.CSS(style), Script: template.JS(script), // our own
		Policy:   "default-src 'none'; style-src '" + digest(style) + "'; script-src '" + digest(script) + "'; base-uri 'none'; form-action 'none'",
		Verdicts: []result.Verdict{result.Failed, result.Error, result.Warning, result.Skipped, result.Passed},
		Peer:     cmp.Or(r.Target.Name, "peer"), Skipped: skipped(r), Facts: facts(r)}
	v.Bars = []bar{barOf("scenarios", r.Totals.Scenarios), barOf("clauses", r.Totals.Clauses)}
	if err := v.tell(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "report.html", v); err != nil {
		return nil, err
	}
	return []byte(seen(b.String())), nil
}

// tell fills chapters, features and clauses.
func (v *sheet) tell() error {
	clauses := map[string]result.Clause{}
	for _, c := range v.Clauses {
		clauses[c.ID] = c
	}
	of := map[string]proof{}
	left := mostEvidence
	cards := map[string]card{}
	for _, verdict := range append(slices.Clone(worstFirst), result.Skipped, result.Passed) {
		if verdict == result.Passed {
			left = min(left, mostOfPassed)
		}
		var these []card
		for _, s := range v.Scenarios {
			if s.Verdict != verdict {
				continue
			}
			of[s.ID] = proof{s.ID, s.Verdict, s.Title}
			c := card{Scenario: s, Open: len(these) < openCards}
			for _, id := range s.Clauses {
				if known, ok := clauses[id]; ok {
					c.Proves = append(c.Proves, known)
				}
			}
			if err := v.witness(&c, &left); err != nil {
				return err
			}
			these = append(these, c)
			cards[s.ID] = c
		}
		if words, bad := chapters[verdict]; bad && len(these) > 0 {
			v.Bad = append(v.Bad, chapter{verdict, words[0], words[1], these})
		}
	}
	for _, c := range v.Clauses {
		r := row{Clause: c}
		for _, id := range c.Scenarios {
			r.Proofs = append(r.Proofs, cmp.Or(of[id], proof{ID: id}))
		}
		v.Rows = append(v.Rows, r)
	}
	files, in := byFile(v.Result)
	for _, file := range files {
		f := feature{File: file, Title: in[file][0].Feature}
		counts := map[result.Verdict]int{}
		for _, s := range in[file] {
			counts[s.Verdict]++
			f.Cards = append(f.Cards, cards[s.ID])
		}
		f.Counts = barOf(file, counts).Parts
		v.Features = append(v.Features, f)
	}
	return nil
}

// witness adds a scenario's exchanges, as long as there is room for them.
func (v *sheet) witness(c *card, left *int) error {
	if len(c.Exchanges) == 0 {
		return nil
	}
	c.Without = plural(len(c.Exchanges), "exchange") + " in " + ResultFile + "."
	if *left <= 0 {
		return nil
	}
	c.Shown = c.Exchanges[:min(len(c.Exchanges), mostInScenario)]
	c.Diagram = draw(c.Exchanges, v.Peer)
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "evidence.html", c); err != nil {
		return err
	}
	if b.Len() > *left {
		*left = 0
		return nil
	}
	*left -= b.Len()
	c.Evidence, c.Without = template.HTML(b.String()), "" // a template escaped it
	if more := len(c.Exchanges) - len(c.Shown); more > 0 {
		c.Without = plural(more, "further exchange") + " in " + ResultFile + "."
	}
	return nil
}

func facts(r *result.Result) []fact {
	all := []fact{{"Target", who(r)}, {"Profile", r.Profile}, {"Our own choices", map[bool]string{true: "judged too", false: "not judged"}[r.Policy]},
		{"Claimed", strings.Join(r.Target.Capabilities, ", ")},
		{"Suite", strings.TrimSpace(r.Suite.Name + " " + r.Suite.Version)}, {"Digest", r.Suite.Digest}, {"Run", r.Run.ID}, {"Seed", fmt.Sprint(r.Run.Seed)}}
	if !r.Run.Started.IsZero() {
		all = append(all, fact{"Started", r.Run.Started.UTC().Format(time.DateTime) + " UTC"})
	}
	all = append(all, fact{"Took", fmt.Sprintf("%s, %d at once", lasted(r.Run.Took), r.Run.Parallel)})
	return slices.DeleteFunc(all, func(f fact) bool { return f.Value == "" })
}

func barOf(what string, totals map[result.Verdict]int) bar {
	b := bar{Of: what}
	for _, n := range totals {
		b.All += n
	}
	at := 0.0
	for _, v := range result.Verdicts() {
		if n := totals[v]; n > 0 {
			wide := 1000 * float64(n) / float64(b.All)
			b.Parts = append(b.Parts, part{v, n, at, wide})
			at += wide
		}
	}
	return b
}

func tone(r *result.Result) string {
	switch r.Exit() {
	case 0:
		return "passed"
	case 1:
		return "failed"
	}
	return "error"
}

func mark(v result.Verdict) string {
	switch v {
	case result.Passed:
		return "✓"
	case result.Failed:
		return "✗"
	case result.Warning:
		return "!"
	case result.Error:
		return "?"
	}
	return "–"
}

// anchor is a scenario's place in the page.
func anchor(id string) string {
	return "s-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, id)
}

// headers is a header as lines.
func headers(h map[string][]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			fmt.Fprintf(&b, "%s: %s\n", name, value)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// cut shortens a body.
func cut(s string) string {
	if len(s) <= mostOfABody {
		return s
	}
	return strings.ToValidUTF8(s[:mostOfABody], "") + "\n… the rest is in " + ResultFile
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
