package simulator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/placebo-sim/placebo/simulator/chance"
	"github.com/placebo-sim/placebo/simulator/clock"
	"github.com/placebo-sim/placebo/simulator/config"
	"github.com/placebo-sim/placebo/simulator/control"
	"github.com/placebo-sim/placebo/simulator/partner"
	"github.com/placebo-sim/placebo/simulator/program"
	"github.com/placebo-sim/placebo/simulator/sandbox"
)

// worlds are the sandboxes of a process, and how a request finds its own.
type worlds struct {
	rooms *rooms
	first string // the default sandbox's name

	mu      sync.RWMutex
	byName  map[string]*world
	byKey   map[string]*world // auth tokens
	byToken map[string]*world // jtis of bearer tokens
	made    int               // for the names of sandboxes that bring none
}

type world struct {
	sandbox *sandbox.Sandbox
	file    *config.File
	seed    chance.Seed
	keys    []string
	tokens  []string
}

func newWorlds(r *rooms) *worlds {
	return &worlds{rooms: r, first: defaultName(r.opts.file),
		byName: map[string]*world{}, byKey: map[string]*world{}, byToken: map[string]*world{}}
}

func defaultName(f *config.File) string { return cmp.Or(f.Sandbox, config.DefaultSandbox) }

// base is the base address of a listener for one sandbox, or "" when it is off.
func (w *worlds) base(l Listener, sandboxName string) string {
	if base := w.rooms.url(l); base != "" {
		return base + w.prefix(sandboxName)
	}
	return ""
}

// link is the address of a patient's pages.
func (w *worlds) link(sandboxName, token string) string {
	base := w.base(PhoneListener, sandboxName)
	if base == "" {
		// Policy: a text says the same whether or not anybody serves the page.
		base = "https://phone.example" + w.prefix(sandboxName)
	}
	return base + "/l/" + token
}

// prefix is what stands before the paths of a sandbox.
func (w *worlds) prefix(sandboxName string) string {
	if sandboxName == w.first {
		return ""
	}
	return "/_sandbox/" + sandboxName
}

// open makes a sandbox from a configuration and lets requests find it.
func (w *worlds) open(f *config.File, name string, seed chance.Seed) (*world, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, taken := w.byName[name]; taken {
		return nil, fmt.Errorf("%w: %s", control.ErrTaken, name)
	}
	made, err := w.make(f, name, seed)
	if err != nil {
		return nil, err
	}
	w.add(name, made)
	return made, nil
}

// make makes a sandbox; nobody finds it yet.
func (w *worlds) make(f *config.File, name string, seed chance.Seed) (*world, error) {
	dir, err := w.directory(f, name, seed)
	if err != nil {
		return nil, err
	}
	at, _ := f.Clock.At.Time() // zero means now
	c := clock.New(at)
	if f.Clock.Frozen {
		c = clock.NewFrozen(at)
	}
	b := w.rooms.schema.New(sandbox.Options{Name: name, Seed: seed, Clock: c, Alarms: w.rooms.alarms, Log: w.rooms.log,
		Secrets: []string{w.rooms.opts.keyHeader}})
	made := &world{sandbox: b, file: f, seed: seed}
	for _, k := range dir.Keys() {
		made.keys = append(made.keys, k.Value)
	}
	for _, t := range dir.Tokens() {
		made.tokens = append(made.tokens, t.ID)
	}
	return made, b.Update(func(tx *sandbox.Tx) error {
		w.furnish(tx, name, dir)
		return nil
	})
}

// directory makes a sandbox's programs and credentials.
func (w *worlds) directory(f *config.File, name string, seed chance.Seed) (*program.Directory, error) {
	hooks := w.rooms.opts.webhooks
	if hooks == "" {
		hooks = w.base(PartnerListener, name)
	}
	return f.Directory(config.World{Name: name, Seed: seed, Partner: hooks})
}

// furnish gives a sandbox its programs and credentials, and the simulated
// partner those it calls with.
func (w *worlds) furnish(tx *sandbox.Tx, name string, dir *program.Directory) {
	w.rooms.support.SetDirectory(tx, dir)
	w.rooms.partner.SetDesk(tx, w.desk(dir, name, tx.Now()))
}

// desk tells the simulated partner where it fetches media, and as whom; now is
// the sandbox's, which decides what has expired.
func (w *worlds) desk(dir *program.Directory, name string, now time.Time) *partner.Desk {
	d := &partner.Desk{KeyHeader: w.rooms.opts.keyHeader, Deviates: dir.Deviates(), Credentials: map[string]partner.Credential{}}
	d.Vendor = cmp.Or(w.rooms.opts.mediaFrom, w.base(VendorListener, name))
	for _, p := range dir.Programs() {
		key, token, ok := dir.Credentials(p.ID, now)
		if !ok {
			continue
		}
		c := partner.Credential{Key: key.Value, Bearer: token.Signed}
		d.Credentials[p.ID] = c
		if _, any := d.Credentials[""]; !any {
			d.Credentials[""] = c
		}
	}
	return d
}

func (w *worlds) add(name string, made *world) {
	w.byName[name] = made
	for _, k := range made.keys {
		w.byKey[k] = made
	}
	w.note(made)
}

// note lets requests find a world by its tokens. Who has an id first keeps it:
// only ids that an operator chose to be alike can be.
func (w *worlds) note(made *world) {
	for _, t := range made.tokens {
		if _, taken := w.byToken[t]; !taken {
			w.byToken[t] = made
		}
	}
}

func (w *worlds) remove(name string) *world {
	gone := w.byName[name]
	delete(w.byName, name)
	for _, k := range gone.keys {
		delete(w.byKey, k)
	}
	for _, t := range gone.tokens {
		if w.byToken[t] == gone {
			delete(w.byToken, t)
		}
	}
	return gone
}

// Sandbox finds a sandbox by name.
func (w *worlds) Sandbox(name string) (*sandbox.Sandbox, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if found, ok := w.byName[name]; ok {
		return found.sandbox, true
	}
	return nil, false
}

// Recognize finds the sandbox that issued the request's auth token or bearer
// token; a request without either is the default sandbox's.
func (w *worlds) Recognize(r *http.Request) *sandbox.Sandbox {
	key, bearer := w.rooms.vendor.Credentials(r.Header)
	w.mu.RLock()
	defer w.mu.RUnlock()
	if found, ok := w.byKey[key]; ok {
		return found.sandbox
	}
	if found, ok := w.byToken[jti(bearer)]; ok {
		return found.sandbox
	}
	if found, ok := w.byName[w.first]; ok {
		return found.sandbox
	}
	return nil
}

// jti reads a token's id without believing it: the sandbox that is found by it
// will check the signature.
func jti(bearer string) string {
	if bearer == "" {
		return ""
	}
	var c jwt.RegisteredClaims
	if _, _, err := jwt.NewParser().ParseUnverified(bearer, &c); err != nil {
		return ""
	}
	return c.ID
}

// The operator's view of the sandboxes.

func (w *worlds) List() []control.World {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var all []control.World
	for _, name := range slices.Sorted(maps.Keys(w.byName)) {
		all = append(all, w.byName[name].shown())
	}
	return all
}

func (m *world) shown() control.World { return control.World{Sandbox: m.sandbox, Config: m.file} }

func (w *worlds) Find(name string) (control.World, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	found, ok := w.byName[name]
	if !ok {
		return control.World{}, false
	}
	return found.shown(), true
}

func (w *worlds) Create(spec *config.File) (control.World, error) {
	seed := *w.rooms.opts.seed
	if spec.Seed != nil {
		seed = chance.Seed(*spec.Seed)
	}
	name := spec.Sandbox
	if name == "" {
		name = w.freeName()
	}
	made, err := w.open(spec, name, seed)
	if err != nil {
		return control.World{}, err
	}
	return made.shown(), nil
}

func (w *worlds) freeName() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		w.made++
		name := "sandbox-" + strconv.Itoa(w.made)
		if _, taken := w.byName[name]; !taken {
			return name
		}
	}
}

func (w *worlds) Drop(ctx context.Context, name string) error {
	if name == w.first {
		return control.ErrDefault
	}
	w.mu.Lock()
	if _, ok := w.byName[name]; !ok {
		w.mu.Unlock()
		return control.ErrNone
	}
	gone := w.remove(name)
	w.mu.Unlock()
	return gone.sandbox.Close(ctx)
}

// Reset puts a fresh sandbox of the same configuration and seed in the place of
// the old one; its credentials stay the same.
func (w *worlds) Reset(ctx context.Context, name string) (control.World, error) {
	w.mu.Lock()
	old, ok := w.byName[name]
	if !ok {
		w.mu.Unlock()
		return control.World{}, control.ErrNone
	}
	fresh, err := w.make(old.file, name, old.seed)
	if err != nil {
		w.mu.Unlock()
		return control.World{}, err
	}
	w.remove(name)
	w.add(name, fresh)
	w.mu.Unlock()
	return fresh.shown(), old.sandbox.Close(ctx)
}

// SetTokens replaces a sandbox's bearer tokens; requests find the sandbox by the
// new ones from then on. A reset brings the configured ones back.
func (w *worlds) SetTokens(name string, change func(d *program.Directory, now time.Time) ([]program.Token, error)) error {
	w.mu.RLock()
	made, ok := w.byName[name]
	w.mu.RUnlock()
	if !ok {
		return control.ErrNone
	}
	var ids []string
	err := made.sandbox.Update(func(tx *sandbox.Tx) error {
		old := w.rooms.support.Directory(tx)
		tokens, err := change(old, tx.Now())
		if err != nil {
			return err
		}
		dir, err := old.WithTokens(tokens)
		if err != nil {
			return err
		}
		for _, t := range tokens {
			ids = append(ids, t.ID)
		}
		w.furnish(tx, name, dir)
		return nil
	})
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byName[name] != made { // dropped or reset meanwhile
		return control.ErrNone
	}
	made.tokens = append(made.tokens, ids...)
	slices.Sort(made.tokens)
	made.tokens = slices.Compact(made.tokens)
	w.note(made)
	return nil
}

// SetDeviations replaces what a sandbox is made to do wrong; its tokens stay what
// they are. A reset brings the configured ones back.
func (w *worlds) SetDeviations(name string, deviations []string) error {
	w.mu.RLock()
	made, ok := w.byName[name]
	w.mu.RUnlock()
	if !ok {
		return control.ErrNone
	}
	deviating := *made.file
	deviating.Deviations = deviations
	fresh, err := w.directory(&deviating, name, made.seed)
	if err != nil {
		return err
	}
	return made.sandbox.Update(func(tx *sandbox.Tx) error {
		dir, err := fresh.WithTokens(w.rooms.support.Directory(tx).Tokens())
		if err != nil {
			return err
		}
		w.furnish(tx, name, dir)
		return nil
	})
}

func (w *worlds) close(ctx context.Context) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var errs []error
	for _, m := range w.byName {
		errs = append(errs, m.sandbox.Close(ctx))
	}
	return errors.Join(errs...)
}
