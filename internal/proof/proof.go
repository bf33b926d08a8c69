//go:build unix

// Package proof breaks what a running Parley stands on, under load, and counts what became of every message: it is
// killed, stopped and waked, its database crashes, its disk fills, Meta and the model fail in every way, slow
// connections and a flood come in. The judge is Meta's stand-in, which knows what was acknowledged and what arrived;
// the database is only asked about what never arrived. All load goes to loopback, is bounded, and stops by itself.
package proof

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// The databases.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Options are what a run of proofs is given.
type Options struct {
	Binary string   // the program
	Env    []string // what it inherits
	Short  bool     // small runs, all at once: for every change, where the full ones are for every release
	On     string   // one database alone; "" is both
	// Database is a superuser's postgres:// address; every proof makes a database of its own there.
	Database string
	// Crash is such a server again, which is crashed, and whose owner starts it again; its data may lie on a small disk
	// of their own, which is filled.
	Crash string
	// Scenario runs a test of the program by its name: what needs another clock than the machine's.
	Scenario func(ctx context.Context, name, database string) error
	Folder   string // where the servers' logs are left
	Log      func(line string)
}

// Proof is one thing that goes wrong.
type Proof struct {
	Name string
	// only is the database it is about; "" is both.
	only string
	// crashes says that it breaks the database's own server, or its disk.
	crashes bool
	timed   bool          // how long something takes is judged
	long    bool          // it takes more than a small run may
	ours    bool          // nobody may be handed over for it: it is no customer's doing and no model's
	model   time.Duration // how long the model thinks
	run     func(ctx context.Context, t *trial) error
	// settings of the server beside the usual ones.
	settings []string
	// prepare is done before the server starts, and what it returns when it has ended.
	prepare func(ctx context.Context, t *trial) (undo func(), err error)
}

// Proofs are all there are.
func Proofs() []Proof {
	const thinks = 300 * time.Millisecond
	return []Proof{
		{Name: "kill", model: thinks, run: killed},
		{Name: "stop", ours: true, model: thinks, run: stopped},
		{Name: "takeover", only: Postgres, long: true, model: thinks, run: takenOver},
		{Name: "crash", only: Postgres, crashes: true, model: thinks, run: crashed},
		{Name: "disk", crashes: true, model: thinks, run: full, prepare: smallDisk},
		{Name: "outages", model: thinks, run: outages},
		{Name: "clock", long: true},
		{Name: "slow", timed: true, model: thinks, run: slow},
		{Name: "flood", timed: true, run: flood, settings: []string{"DEMO=on", "REGISTRATION=open"}},
	}
}

// Choose keeps the proofs named, all when none is.
func Choose(names []string) ([]Proof, error) {
	var chosen []Proof
	for _, p := range Proofs() {
		if len(names) == 0 || slices.Contains(names, p.Name) {
			chosen = append(chosen, p)
		}
	}
	if len(names) > 0 && len(chosen) != len(names) {
		return nil, fmt.Errorf("of %v only %d are proofs", names, len(chosen))
	}
	return chosen, nil
}

// Run runs the proofs on each database and returns a row for each. What went wrong stands in its row; the error says
// that the run itself ended early.
func Run(ctx context.Context, o Options, proofs []Proof) ([]Row, error) {
	var all []trialOf
	for _, database := range o.databases() {
		for _, p := range proofs {
			if (p.only == "" || p.only == database) && (!o.Short || !p.long) {
				all = append(all, trialOf{p, database})
			}
		}
	}
	if o.Short {
		return o.together(ctx, all), ctx.Err()
	}
	rows := make([]Row, 0, len(all))
	for _, one := range all {
		if ctx.Err() != nil {
			break
		}
		rows = append(rows, o.try(ctx, one))
	}
	return rows, ctx.Err()
}

func (o Options) databases() []string {
	if o.On != "" {
		return []string{o.On}
	}
	return []string{SQLite, Postgres}
}

// trialOf is a proof on one database.
type trialOf struct {
	Proof
	database string
}

// together runs what may share machine and database at once, and the rest one after the other beside it.
func (o Options) together(ctx context.Context, all []trialOf) []Row {
	rows := make([]Row, len(all))
	var running sync.WaitGroup
	var inTurn []int
	for i, one := range all {
		if one.crashes || one.timed {
			inTurn = append(inTurn, i)
		} else {
			running.Go(func() { rows[i] = o.try(ctx, one) })
		}
	}
	for _, i := range inTurn {
		rows[i] = o.try(ctx, all[i])
	}
	running.Wait()
	return rows
}

// try runs one proof; an error of its running is a red line, too.
func (o Options) try(ctx context.Context, one trialOf) Row {
	began := time.Now()
	o.Log(fmt.Sprintf("%s on %s …", one.Name, one.database))
	r, err := o.trial(ctx, one)
	r.Proof, r.Database, r.Seconds = one.Name, one.database, time.Since(began).Seconds()
	if err != nil {
		r.Red = append(r.Red, err.Error())
	}
	o.Log(r.String())
	return r
}

func (o Options) trial(ctx context.Context, one trialOf) (Row, error) {
	if one.run == nil {
		return o.scenario(ctx, one)
	}
	t := &trial{Options: o, trialOf: one}
	defer t.end()
	if err := t.begin(ctx); err != nil {
		return Row{}, err
	}
	if t.leftOut != "" {
		return Row{LeftOut: t.leftOut}, nil
	}
	if err := one.run(ctx, t); err != nil {
		return t.row(), err
	}
	return t.judged(ctx)
}

// scenario has the program's own test run, in which the clock can be set.
func (o Options) scenario(ctx context.Context, one trialOf) (Row, error) {
	r := Row{Faults: "an hour forward, an hour back"}
	return r, o.Scenario(ctx, "TestTheClockJumps.*", one.database)
}

// noise is how many times as long as before the fault something may take when the machine itself is that slow, and how
// many times as long as it should in small runs, which share the machine with each other.
const noise = 3

// most is how long something may take that should take d, and before the fault took at worst so long.
func (o Options) most(d, before time.Duration) time.Duration {
	if o.Short {
		d *= noise
	}
	return max(d, noise*before)
}

// pick is the full size of something, or the small one.
func pick[T any](t *trial, whole, small T) T {
	if t.Short {
		return small
	}
	return whole
}
