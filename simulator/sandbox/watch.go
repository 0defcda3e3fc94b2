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
		b.mu.Lock()
		if done(&view{b: b, now: b.clock.Now()}) {
			b.mu.Unlock()
			return nil
		}
		if b.watch.changed == nil {
			b.watch.changed = make(chan struct{})
		}
		changed := b.watch.changed
		b.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
