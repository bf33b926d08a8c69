package tenant

import (
	"fmt"
	"time"
	_ "time/tzdata" // time zones, on machines that have none

	"parley/internal/errs"
)

// Hours is one stretch of a week in which the business is open, by the clock on its wall. A Close that is not after
// Open lies on the next day: 18:00 to 02:00, or 00:00 to 00:00 for a whole day.
type Hours struct {
	Day   time.Weekday `json:"day"` // 0 is Sunday
	Open  string       `json:"open"`
	Close string       `json:"close"`
}

// Opening says whether a business is open. Its times are in the tenant's time zone.
type Opening struct {
	Known bool      // false: the business has not told its hours, and the rest is empty
	Open  bool      // now
	Until time.Time // when it closes, while it is open
	Next  time.Time // when it opens again, while it is closed
}

// Location is the tenant's time zone; UTC when it is none we know.
func (t Tenant) Location() *time.Location {
	zone, err := time.LoadLocation(t.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Opening says whether the business is open at an instant, and when that changes. Stretches that touch or overlap are
// one. On the days the clocks change it goes by the clock on the wall: a time that is skipped means the moment of the
// change, a time that comes twice means the first.
func (t Tenant) Opening(now time.Time) Opening {
	zone := t.Location()
	now = now.In(zone)
	o := Opening{Known: len(t.Hours) > 0}
	for again := true; again; { // until nothing reaches further
		again = false
		for day := -1; day <= 8; day++ {
			for _, h := range t.Hours {
				from, to, on := h.on(now.Year(), now.Month(), now.Day()+day, zone)
				if !on {
					continue
				}
				reached := now
				if o.Open {
					reached = o.Until
				}
				if !from.After(reached) && to.After(reached) {
					o.Open, o.Until, again = true, to, to.Sub(now) < week
				}
				if from.After(now) && (o.Next.IsZero() || from.Before(o.Next)) {
					o.Next = from
				}
			}
		}
	}
	if o.Open {
		o.Next = time.Time{}
	}
	return o
}

const week = 7 * 24 * time.Hour

// on is the stretch as it begins on a day, if it does.
func (h Hours) on(year int, month time.Month, day int, zone *time.Location) (from, to time.Time, on bool) {
	if time.Date(year, month, day, 12, 0, 0, 0, time.UTC).Weekday() != h.Day {
		return from, to, false
	}
	open, errOpen := minutes(h.Open)
	shut, errShut := minutes(h.Close)
	if errOpen != nil || errShut != nil {
		return from, to, false
	}
	if shut <= open {
		shut += 24 * 60
	}
	from, to = wall(year, month, day, open, zone), wall(year, month, day, shut, zone)
	return from, to, to.After(from)
}

// wall is the first instant at which the clock on the wall shows so many minutes after a day's midnight, or the end of
// the gap in which it would have.
func wall(year int, month time.Month, day, minute int, zone *time.Location) time.Time {
	shown := time.Date(year, month, day, 0, minute, 0, 0, time.UTC)
	var best time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := shown.Add(near).In(zone).Zone()
		at := shown.Add(-time.Duration(offset) * time.Second).In(zone)
		if at.Hour() == shown.Hour() && at.Minute() == shown.Minute() && (best.IsZero() || at.Before(best)) {
			best = at
		}
	}
	if best.IsZero() { // skipped: with the offset from before the change it lies behind it
		_, offset := shown.Add(-24 * time.Hour).In(zone).Zone()
		best, _ = shown.Add(-time.Duration(offset) * time.Second).In(zone).ZoneBounds()
	}
	return best
}

// minutes reads a time of day such as 09:30; 24:00 is midnight at the end.
func minutes(clock string) (int, error) {
	if clock == "24:00" {
		return 24 * 60, nil
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		return 0, fmt.Errorf("read time of day: %w", err)
	}
	return at.Hour()*60 + at.Minute(), nil
}

// mostHours bounds what one tenant may tell: three stretches a day.
const mostHours = 21

func checkHours(all []Hours) error {
	if len(all) > mostHours {
		return errs.InvalidField("hours", "Opening hours may have at most %d lines.", mostHours)
	}
	for _, h := range all {
		_, errOpen := minutes(h.Open)
		_, errShut := minutes(h.Close)
		if errOpen != nil || errShut != nil || h.Day < time.Sunday || h.Day > time.Saturday || h.Open == "24:00" {
			return errs.InvalidField("hours", "Write opening hours as 09:00 and 18:00, with a day from 0 (Sunday) to 6.")
		}
	}
	return nil
}
