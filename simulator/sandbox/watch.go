package sandbox

import "context"

// watch lets callers sleep until the state has changed. The channel exists only
// while somebody waits.
type watch struct{ changed chan struct{} }

func (w *watch) take() chan struct{} {
	c := w.changed
	w.changed = nil
	return c
}

// Await returns nil as soon as done says so of the state, now or after some
// update, or ctx's error. done is called within a view.
func (b *Sandbox) Await(ctx context.Context, done func(Reader) bool) error {
	for {
		changed := b.changed() // before the look, so that no change falls between
		var is bool
		b.View(func(r Reader) { is = done(r) })
		if is {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (b *Sandbox) changed() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.watch.changed == nil {
		b.watch.changed = make(chan struct{})
	}
	return b.watch.changed
}
