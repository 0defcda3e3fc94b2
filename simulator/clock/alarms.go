package clock

import (
	"container/heap"
	"sync"
	"time"
)

// Alarms wakes any number of sleepers with one timer. The zero value is not
// usable; call NewAlarms and, at the end, Close.
type Alarms struct {
	mu     sync.Mutex
	queue  queue
	timer  *time.Timer
	closed bool
}

// NewAlarms returns an empty set of alarms.
func NewAlarms() *Alarms {
	a := &Alarms{}
	a.timer = time.AfterFunc(time.Hour, a.ring)
	a.timer.Stop()
	return a
}

// Alarm is one sleeper's place among the alarms. It rings once per Set.
type Alarm struct {
	alarms *Alarms
	ring   func()
	at     time.Time
	place  int // in the queue, -1 while unset
}

// New returns an unset alarm. ring is called on a goroutine of its own when it
// goes off.
func (a *Alarms) New(ring func()) *Alarm {
	return &Alarm{alarms: a, ring: ring, place: -1}
}

// Set makes the alarm go off after d of wall time, instead of any earlier
// setting.
func (l *Alarm) Set(d time.Duration) {
	a := l.alarms
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	l.at = time.Now().Add(d)
	if l.place >= 0 {
		heap.Fix(&a.queue, l.place)
	} else {
		heap.Push(&a.queue, l)
	}
	a.rewind()
}

// Stop unsets the alarm.
func (l *Alarm) Stop() {
	a := l.alarms
	a.mu.Lock()
	defer a.mu.Unlock()
	if l.place >= 0 {
		heap.Remove(&a.queue, l.place)
		a.rewind()
	}
}

// Close stops the timer; alarms set later never ring.
func (a *Alarms) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	for _, l := range a.queue {
		l.place = -1
	}
	a.queue = nil
	a.timer.Stop()
}

// rewind points the timer at the earliest alarm. The caller holds mu.
func (a *Alarms) rewind() {
	if len(a.queue) == 0 {
		a.timer.Stop()
		return
	}
	a.timer.Reset(time.Until(a.queue[0].at))
}

func (a *Alarms) ring() {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	for len(a.queue) > 0 && !a.queue[0].at.After(now) {
		go heap.Pop(&a.queue).(*Alarm).ring()
	}
	a.rewind()
}

// queue is a heap of alarms, earliest first.
type queue []*Alarm

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

func (q *queue) Push(x any) {
	l := x.(*Alarm)
	l.place = len(*q)
	*q = append(*q, l)
}

func (q *queue) Pop() any {
	old := *q
	l := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	l.place = -1
	return l
}
