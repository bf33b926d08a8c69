package db

import "sync/atomic"

// counters are what Stats shows.
type counters struct {
	statements, reads, commits, groups, steps, reruns, retries atomic.Int64
}

// Stats counts what was done since the start.
type Stats struct {
	Statements int64 // inside steps
	Reads      int64 // queries outside steps
	Commits    int64 // transactions that had something to commit
	Groups     int64 // of steps that went into one transaction
	Steps      int64 // in those groups
	Reruns     int64 // groups run again behind savepoints, because a step in them failed
	Retries    int64 // transactions run again: serialization failures, deadlocks, lost connections
}

// Stats counts since the start.
func (d *DB) Stats() Stats {
	c := &d.stats
	return Stats{
		Statements: c.statements.Load(), Reads: c.reads.Load(), Commits: c.commits.Load(), Groups: c.groups.Load(),
		Steps: c.steps.Load(), Reruns: c.reruns.Load(), Retries: c.retries.Load(),
	}
}
