package clock_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/placebo-sim/placebo/simulator/clock"
)

var start = time.Date(2026, 2, 3, 4, 5, 6, 789_000_000, time.UTC)

func TestAFrozenClockStandsStillAndIsMovedByHand(t *testing.T) {
	c := clock.New(start)
	c.Freeze()
	stood := c.Now()
	if d := stood.Sub(start); d < 0 || d > time.Minute {
		t.Fatalf("frozen at %v, started at %v", stood, start)
	}
	c.Advance(90 * 24 * time.Hour)
	if got, want := c.Now(), stood.Add(90*24*time.Hour); !got.Equal(want) {
		t.Errorf("after 90 days: %v, want %v", got, want)
	}
	c.Set(start)
	if got := c.Now(); !got.Equal(start) {
		t.Errorf("after set: %v, want %v", got, start)
	}
}

func TestARunningClockNeverShowsFractionsOfAMillisecond(t *testing.T) {
	c := clock.New(time.Time{})
	for range 1000 {
		if now := c.Now(); now.Nanosecond()%1_000_000 != 0 || now.Location() != time.UTC {
			t.Fatalf("clock shows %v", now)
		}
	}
}

func TestUntilKnowsThatAFrozenClockNeverArrives(t *testing.T) {
	c := clock.New(start)
	c.Freeze()
	if _, ok := c.Until(c.Now().Add(time.Second)); ok {
		t.Error("a frozen clock promises to arrive")
	}
	if d, ok := c.Until(c.Now()); !ok || d != 0 {
		t.Errorf("already there: %v, %v", d, ok)
	}
	c.Resume()
	if d, ok := c.Until(c.Now().Add(time.Hour)); !ok || d <= 0 || d > time.Hour {
		t.Errorf("an hour away: %v, %v", d, ok)
	}
}

func TestAlarmsRingInOrderAndOnlyOnce(t *testing.T) {
	alarms := clock.NewAlarms()
	defer alarms.Close()
	rang := make(chan int, 10)
	late := alarms.New(func() { rang <- 2 })
	soon := alarms.New(func() { rang <- 1 })
	never := alarms.New(func() { rang <- 3 })
	late.Set(30 * time.Millisecond)
	soon.Set(time.Hour)
	soon.Set(time.Millisecond) // the later setting counts
	never.Set(time.Millisecond)
	never.Stop()
	for want := 1; want <= 2; want++ {
		if got := <-rang; got != want {
			t.Fatalf("rang: %d, want %d", got, want)
		}
	}
	select {
	case got := <-rang:
		t.Errorf("alarm %d rang again", got)
	default:
	}
}

func TestManySleepersShareOneTimer(t *testing.T) {
	alarms := clock.NewAlarms()
	defer alarms.Close()
	var rang atomic.Int32
	done := make(chan struct{})
	const sleepers = 1000
	for i := range sleepers {
		alarms.New(func() {
			if rang.Add(1) == sleepers {
				close(done)
			}
		}).Set(time.Duration(i%7) * time.Millisecond)
	}
	<-done
}

func TestAnAlarmCanBeStoppedAfterAllWereClosed(t *testing.T) {
	alarms := clock.NewAlarms()
	alarm := alarms.New(func() { t.Error("it rang") })
	alarm.Set(time.Hour)
	alarms.Close()
	alarm.Stop()
	alarm.Set(time.Millisecond) // never rings
}

func TestAClockMadeFrozenShowsExactlyItsTime(t *testing.T) {
	if c := clock.NewFrozen(start); !c.Frozen() || !c.Now().Equal(start) {
		t.Errorf("frozen %v at %v", c.Frozen(), c.Now())
	}
}
