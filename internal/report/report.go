// Package report counts what happened in a range of days, in the time zone of the business. It reads what other rooms
// wrote and writes nothing. Numbers are exact, but for those that look into single episodes: of very many, they look at
// the newest (Report.Sampled).
package report

import (
	"context"
	"slices"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
)

const (
	mostDays   = 400
	defaultFor = 28
	// mostEpisodes is how many episodes are looked into for who answered them, and when.
	mostEpisodes = 20_000
	dateLayout   = "2006-01-02"
)

// Range is some whole days in a time zone.
type Range struct {
	first, last time.Time // midnight of the first and of the last day
	zone        *time.Location
}

// NewRange reads a range of days, the last included. Without days it is the four weeks up to today.
func NewRange(from, to string, zone *time.Location, now db.Time) (Range, error) {
	r := Range{zone: zone}
	today := now.Time().In(zone)
	r.last = midnight(today.Year(), today.Month(), today.Day(), zone)
	if err := readDay(to, "to", zone, &r.last); err != nil {
		return r, err
	}
	r.first = addDays(r.last, 1-defaultFor)
	if err := readDay(from, "from", zone, &r.first); err != nil {
		return r, err
	}
	switch days := r.days(); {
	case days < 1:
		return r, errs.InvalidField("from", "The first day comes after the last.")
	case days > mostDays:
		return r, errs.InvalidField("from", "A report covers at most %d days.", mostDays)
	}
	return r, nil
}

func readDay(text, field string, zone *time.Location, into *time.Time) error {
	if text == "" {
		return nil
	}
	d, err := time.ParseInLocation(dateLayout, text, zone)
	if err != nil || d.Year() < 2000 || d.Year() > 2200 {
		return errs.InvalidField(field, "A day is written like 2026-11-24.")
	}
	*into = midnight(d.Year(), d.Month(), d.Day(), zone)
	return nil
}

// midnight is when a day begins; a day whose midnight a change of the clocks skips begins right after.
func midnight(year int, month time.Month, day int, zone *time.Location) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

func addDays(t time.Time, n int) time.Time {
	return midnight(t.Year(), t.Month(), t.Day()+n, t.Location())
}

// days counts by the calendar: a day has 23 to 25 hours.
func (r Range) days() int {
	utc := func(t time.Time) time.Time { return midnight(t.Year(), t.Month(), t.Day(), time.UTC) }
	return int(utc(r.last).Sub(utc(r.first))/(24*time.Hour)) + 1
}

// From is the first day.
func (r Range) From() string { return r.first.Format(dateLayout) }

// To is the last day.
func (r Range) To() string { return r.last.Format(dateLayout) }

// Before is as many days right before.
func (r Range) Before() Range {
	n := r.days()
	return Range{first: addDays(r.first, -n), last: addDays(r.first, -1), zone: r.zone}
}

func (r Range) bounds() (from, to db.Time) {
	return db.FromTime(r.first), db.FromTime(addDays(r.last, 1))
}

// bucket is how long the pieces are that the database counts in, in UTC: so short that none lies in two hours here.
func (r Range) bucket() time.Duration {
	for day := r.first; !day.After(addDays(r.last, 1)); day = addDays(day, 1) {
		if _, offset := day.Zone(); offset%3600 != 0 {
			return 15 * time.Minute
		}
	}
	return time.Hour
}

// Report is what happened.
type Report struct {
	Totals
	Days     []Day
	HandOffs []Reason     // the most frequent first
	Hours    [7][24]int64 // messages of customers, by weekday from Monday and hour
	Sampled  bool         // who answered, and when, is of the newest episodes only
}

// Totals are the numbers of a whole range.
type Totals struct {
	Customer, AI, People            int64 // messages
	Opened, Closed                  int64 // episodes
	AIAlone, WithPerson, Unanswered int64 // episodes opened, by who answered
	HandedOff                       int64
	FirstByAI, FirstByPeople        Answers
}

// Answers are how long customers waited for the first answer, by who gave it.
type Answers struct {
	Count       int64
	Median, P90 time.Duration
}

// Day is what happened on a day.
type Day struct {
	Date                 string
	Customer, AI, People int64
	Opened, Closed       int64
}

// Reason is why the AI gave conversations to people, and how often.
type Reason struct {
	Name  string
	Count int64
}

// Read counts a range.
func Read(ctx context.Context, q db.Querier, a actor.Actor, r Range) (*Report, error) {
	if err := a.Require(actor.ReportsRead); err != nil {
		return nil, err
	}
	out := newReport(r)
	for _, count := range []func(context.Context, db.Querier, actor.Actor, Range) error{
		out.countMessages, out.countOpened, out.countClosed, out.countHandOffs, out.lookIntoEpisodes,
	} {
		if err := count(ctx, q, a, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func newReport(r Range) *Report {
	out := &Report{Days: make([]Day, r.days())}
	for i := range out.Days {
		out.Days[i].Date = addDays(r.first, i).Format(dateLayout)
	}
	return out
}

// day is the day that a time lies in.
func (o *Report) day(at time.Time) *Day {
	i, found := slices.BinarySearchFunc(o.Days, at.Format(dateLayout), func(d Day, date string) int {
		switch {
		case d.Date < date:
			return -1
		case d.Date > date:
			return 1
		}
		return 0
	})
	if !found {
		return &Day{}
	}
	return &o.Days[i]
}

// answersOf sums up waiting times.
func answersOf(waits []time.Duration) Answers {
	if len(waits) == 0 {
		return Answers{}
	}
	slices.Sort(waits)
	at := func(percent int) time.Duration { return waits[(len(waits)*percent+99)/100-1] }
	return Answers{Count: int64(len(waits)), Median: at(50), P90: at(90)}
}
