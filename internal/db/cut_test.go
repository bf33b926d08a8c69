package db_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
)

// wire stands between the program and PostgreSQL and can be cut.
type wire struct {
	to       string
	listener net.Listener
	mu       sync.Mutex
	ends     map[net.Conn]struct{}
	refusing bool
	// cut is asked about each piece the program sends; true cuts the connection, before or after it was passed on.
	cut func(piece []byte) (now, after bool)
}

// wired opens a fresh PostgreSQL database through a wire.
func wired(t *testing.T) (*db.DB, *wire) {
	t.Helper()
	dbtest.Only(t, dbtest.Postgres)
	o := dbtest.Options(t, dbtest.Postgres)
	u, err := url.Parse(o.URL)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: u.Host, listener: listener, ends: map[net.Conn]struct{}{}}
	go w.serve()
	t.Cleanup(func() { _ = listener.Close(); w.cutAll() })
	u.Host = listener.Addr().String()
	o.URL = u.String()
	return dbtest.Start(t, o), w
}

func (w *wire) serve() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		refusing := w.refusing
		w.mu.Unlock()
		far, err := net.Dial("tcp", w.to)
		if err != nil || refusing {
			_ = near.Close()
			continue
		}
		w.mu.Lock()
		w.ends[near], w.ends[far] = struct{}{}, struct{}{}
		w.mu.Unlock()
		go w.pass(near, far)
		go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
	}
}

func (w *wire) pass(near, far net.Conn) {
	defer func() { _ = near.Close(); _ = far.Close() }()
	piece := make([]byte, 64<<10)
	for {
		n, err := near.Read(piece)
		if err != nil {
			return
		}
		w.mu.Lock()
		cut := w.cut
		w.mu.Unlock()
		now, after := false, false
		if cut != nil {
			now, after = cut(piece[:n])
		}
		if now {
			return
		}
		if after {
			_ = near.Close() // the answer will not come
		}
		if _, err := far.Write(piece[:n]); err != nil {
			return
		}
		if after {
			_, _ = io.Copy(io.Discard, far) // until PostgreSQL has done it and says goodbye
			return
		}
	}
}

func (w *wire) when(cut func(piece []byte) (now, after bool)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

func (w *wire) refuse(yes bool) {
	w.mu.Lock()
	w.refusing = yes
	w.mu.Unlock()
}

func (w *wire) cutAll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.ends {
		_ = c.Close()
	}
	clear(w.ends)
}

// A connection that was cut before the commit was sent: nothing is stored, so the steps are run again, once.
func TestAConnectionCutBeforeTheCommitCostsNothing(t *testing.T) {
	t.Parallel()
	d, w := wired(t)
	acme, _ := dbtest.Tenants(t, d)
	var cuts atomic.Int64
	w.when(func(piece []byte) (now, after bool) {
		return bytes.Contains(piece, []byte("good-70")) && cuts.Add(1) == 1, false
	})
	before := d.Stats()
	err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error { return put(tx, "too") }})
	if n := countLike(t, d, acme, "too"); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	if after := d.Stats(); after.Retries == before.Retries || cuts.Load() < 2 {
		t.Error("nothing was cut and run again")
	}
}

// Cut while the commit is under way, nobody can know: the caller is told so, and the step is not run again.
func TestAConnectionCutInTheCommitIsToldAsSuch(t *testing.T) {
	t.Parallel()
	for name, passed := range map[string]bool{"the commit never arrives": false, "its answer never arrives": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, w := wired(t)
			acme, _ := dbtest.Tenants(t, d)
			w.when(func(piece []byte) (now, after bool) {
				is := bytes.Contains(piece, []byte("COMMIT\x00"))
				return is && !passed, is && passed
			})
			var runs atomic.Int64
			err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error {
				runs.Add(1)
				tx.AfterCommit(func() { t.Error("announced, though nobody knows") })
				return put(tx, "perhaps")
			})
			if !errs.Is(err, errs.Unavailable) || errs.Message(err) == "" || runs.Load() != 1 {
				t.Errorf("run %d times, %v", runs.Load(), err)
			}
			w.when(nil)
			want := 0
			if passed {
				want = 1
			}
			deadline := time.Now().Add(10 * time.Second) // PostgreSQL may still be at it
			for count(t, d, acme) != want {
				if time.Now().After(deadline) {
					t.Fatalf("want %d rows", want)
				}
			}
			if err := d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { return put(tx, "next") }); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestADatabaseThatIsAwayIsUnavailableUntilItIsBack(t *testing.T) {
	t.Parallel()
	d, w := wired(t)
	acme, _ := dbtest.Tenants(t, d)
	w.refuse(true)
	w.cutAll()
	calls := make([]call, 20)
	for i := range calls {
		calls[i] = call{as: acme, do: func(tx *db.Tx) error {
			return put(tx, tx.NewID())
		}}
	}
	for _, err := range gather(t, d, calls) {
		if !errs.Is(err, errs.Unavailable) {
			t.Errorf("a step: %v", err)
		}
	}
	var n int
	err := d.As(actor.ForSystem(acme)).QueryRow(t.Context(), `SELECT count(*) FROM contacts`).Scan(&n)
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("a query: %v", err)
	}
	w.refuse(false)
	for _, err := range gather(t, d, calls) {
		if err != nil {
			t.Errorf("a step, with the database back: %v", err)
		}
	}
	if n := count(t, d, acme); n != 20 {
		t.Errorf("%d rows", n)
	}
}

// What PostgreSQL breaks off and asks to have run again is run again, a few times.
func TestSerializationFailuresAreRunAgain(t *testing.T) {
	t.Parallel()
	d, _ := onPostgres(t)
	acme, _ := dbtest.Tenants(t, d)
	fail := func(tx *db.Tx) error {
		_, err := tx.Exec(context.Background(), `DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`)
		return err
	}
	var runs atomic.Int64
	err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error {
		if err := put(tx, "thrice"); err != nil {
			return err
		}
		if runs.Add(1) < 4 {
			return fail(tx)
		}
		return nil
	}})
	if n := countLike(t, d, acme, "thrice"); err != nil || n != 1 || runs.Load() != 4 {
		t.Errorf("%d rows after %d runs, %v", n, runs.Load(), err)
	}
	runs.Store(0)
	err = d.InTx(t.Context(), actor.ForSystem(acme), func(tx *db.Tx) error { runs.Add(1); return fail(tx) })
	if !errs.Is(err, errs.Unavailable) || runs.Load() < 3 || runs.Load() > 20 {
		t.Errorf("one that always fails: %v after %d runs", err, runs.Load())
	}
	ctx, leave := context.WithCancel(t.Context())
	runs.Store(0)
	err = d.InTx(ctx, actor.ForSystem(acme), func(tx *db.Tx) error {
		if runs.Add(1) == 2 {
			leave()
		}
		return fail(tx)
	})
	if !errs.Is(err, errs.Unavailable) || runs.Load() > 3 {
		t.Errorf("one that nobody waits for: %v after %d runs", err, runs.Load())
	}
}

// The connection is lost each time: the step is given up in the end, and its neighbours are stored.
func TestAStepThatBreaksEveryConnectionIsGivenUp(t *testing.T) {
	t.Parallel()
	d, w := wired(t)
	acme, _ := dbtest.Tenants(t, d)
	w.when(func(piece []byte) (now, after bool) { return bytes.Contains(piece, []byte("poison")), false })
	err := beside(t, d, acme, call{as: acme, do: func(tx *db.Tx) error { return put(tx, "poison") }})
	if !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v", err)
	}
	w.when(nil)
	if n := countLike(t, d, acme, "poison"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// A read that finds its connection dead is sent once more; rows that are cut off say so.
func TestReadsSurviveACut(t *testing.T) {
	t.Parallel()
	d, w := wired(t)
	acme, _ := dbtest.Tenants(t, d)
	rows, err := d.As(actor.ForSystem(acme)).Query(t.Context(), `SELECT n FROM generate_series(1, 1000000) AS n`)
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatal(rows.Err())
	}
	w.cutAll()
	n := 1
	for rows.Next() {
		n++
	}
	rows.Close()
	if err := rows.Err(); err == nil || n == 1_000_000 {
		t.Errorf("%d rows through a cut connection, %v", n, err)
	}
	for range 30 {
		w.cutAll()
		if n := count(t, d, acme); n != 0 {
			t.Errorf("%d rows", n)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.As(actor.ForSystem(acme)).QueryRow(ctx, `SELECT 1`).Scan(new(int)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled read: %v", err)
	}
}
