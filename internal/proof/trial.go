//go:build unix

package proof

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"parley/internal/bench"
	"parley/internal/llm/llmfake"
	"parley/internal/whatsapp/metasim"
)

// trial is one proof on one database: a server, Meta, a model, and customers who write.
type trial struct {
	Options
	trialOf

	folder string // the server's data
	url    string // its PostgreSQL database
	log    *os.File
	undo   []func()

	meta   *metasim.Server
	acks   *acks
	model  *llmfake.Fake
	target *bench.Target
	crowd  *crowd

	calm    time.Time // when the last fault ended
	faults  string
	note    string
	leftOut string // why it cannot be tried here
	red     []string
}

// begin starts everything.
func (t *trial) begin(ctx context.Context) error {
	steps := []func(context.Context) error{t.openFolder, t.openDatabase, t.openMeta, t.openModel, t.openServer}
	for _, step := range steps {
		if err := step(ctx); err != nil || t.leftOut != "" {
			return err
		}
	}
	return nil
}

// end stops what is still there, last come first.
func (t *trial) end() {
	for i := len(t.undo) - 1; i >= 0; i-- {
		t.undo[i]()
	}
}

func (t *trial) openFolder(ctx context.Context) (err error) {
	if t.folder, err = os.MkdirTemp("", "parley-proof-"); err != nil {
		return err
	}
	folder := t.folder
	t.undo = append(t.undo, func() { _ = os.RemoveAll(folder) })
	if t.log, err = os.Create(filepath.Join(t.Folder, t.Name+"-"+t.database+".log")); err != nil {
		return err
	}
	t.undo = append(t.undo, func() { _ = t.log.Close() })
	if t.prepare == nil {
		return nil
	}
	undo, err := t.prepare(ctx, t)
	if undo != nil {
		t.undo = append(t.undo, undo)
	}
	return err
}

func (t *trial) openDatabase(ctx context.Context) (err error) {
	if t.database != Postgres {
		return nil
	}
	server := t.Database
	if t.crashes {
		server = t.Crash
	}
	t.url, err = newDatabase(ctx, server, t.Name)
	return err
}

// parallel is how many webhooks Meta has under way at once.
const parallel = 128

func (t *trial) openMeta(ctx context.Context) (err error) {
	t.acks = newAcks()
	t.meta, err = metasim.Listen(ctx, "127.0.0.1:0", metasim.Options{
		Token: bench.Token, AppSecret: bench.AppSecret,
		Pace:    metasim.Pace{Sent: 20 * time.Millisecond, Delivered: 60 * time.Millisecond, Read: -1},
		Retries: retries(), Patience: 5 * time.Second, Parallel: parallel, HTTP: &http.Client{Transport: t.acks},
		KeepLines: 1000, KeepCustomers: 20_000, KeepSent: 200_000,
	})
	if err == nil {
		t.undo = append(t.undo, t.meta.Close)
	}
	return err
}

// retries are what Meta does in 36 hours, told in a few minutes.
func retries() []time.Duration {
	all := []time.Duration{100 * time.Millisecond, 200 * time.Millisecond, 500 * time.Millisecond}
	for range 300 {
		all = append(all, time.Second)
	}
	return all
}

func (t *trial) openModel(ctx context.Context) (err error) {
	if t.model, err = llmfake.Start(ctx); err != nil {
		return err
	}
	t.undo = append(t.undo, func() { _ = t.model.Close() })
	t.model.Otherwise(echo().After(t.Proof.model))
	return nil
}

// tagged is how a message is known again in its answer.
var tagged = regexp.MustCompile(`tag-[a-z]+-\d+`) //nolint:gochecknoglobals // a pattern

// echo answers with the tag of the customer's last message.
func echo() llmfake.Reply {
	return llmfake.By(func(c llmfake.Call) string {
		for i := len(c.Messages) - 1; i >= 0; i-- {
			if all := tagged.FindAllString(c.Messages[i].Text, -1); len(all) > 0 {
				return "We open on Monday at nine. " + all[len(all)-1]
			}
		}
		return "We open on Monday at nine."
	})
}

// openServer starts the program, tells it what there is to know, and shows it to Meta.
func (t *trial) openServer(ctx context.Context) (err error) {
	t.target, err = t.launch(ctx)
	if err != nil {
		return err
	}
	if err := t.target.Prepare(ctx); err != nil {
		return err
	}
	t.webhooksTo(t.target)
	t.crowd = newCrowd(t)
	return nil
}

// launch starts a server of this trial; it ends with the trial at the latest.
func (t *trial) launch(ctx context.Context) (*bench.Target, error) {
	s, err := bench.Launch(ctx, bench.Server{
		Binary: t.Binary, Database: t.url, Folder: t.folder, Env: t.Env, Settings: t.settings,
		Graph: t.meta.URL, Model: t.model.URL(), Output: t.log,
	})
	if s != nil {
		t.undo = append(t.undo, func() {
			if s.Started() && !s.Ended() {
				_ = s.Kill()
			}
		})
	}
	return s, err
}

func (t *trial) webhooksTo(s *bench.Target) {
	t.meta.AddNumber(metasim.Number{
		PhoneNumberID: bench.NumberID, AccountID: bench.AccountID, DisplayPhone: "+1 555 000 1000", VerifiedName: "Proof",
		WebhookURL: s.URL + "/webhooks/whatsapp", Secret: bench.AppSecret, Token: bench.Token, VerifyToken: "none",
	})
}

// calmed notes that nothing is wrong any more: from now on everybody's time counts.
func (t *trial) calmed() { t.calm = time.Now() }

// fail makes the line red.
func (t *trial) fail(format string, args ...any) { t.red = append(t.red, fmt.Sprintf(format, args...)) }

// What may pass until nobody waits: a turn's deadline, the grace of a send that was cut off, and a machine that has other
// things to do. While webhooks and answers still go through it is not over.
const (
	deadline = 30 * time.Second
	grace    = 45 * time.Second
	slack    = 25 * time.Second
	mostLong = 5 * time.Minute
)

// settle waits until the server owes nothing and Meta has nothing on its way, or nothing moves any more.
func (t *trial) settle(ctx context.Context) error {
	began := time.Now()
	idle, moved, last := 0, began, metasim.Counts{}
	for idle < 3 && ctx.Err() == nil && time.Since(moved) < deadline+grace+slack && time.Since(began) < mostLong {
		pause(ctx, time.Second) // the server looks at its ages once a second
		if t.meta.Idle() && t.owesNothing(ctx) {
			idle++
		} else {
			idle = 0
		}
		if now := t.meta.Counts(); now.Webhooks != last.Webhooks || now.Sends != last.Sends {
			moved, last = time.Now(), now
		}
	}
	return ctx.Err()
}

func (t *trial) owesNothing(ctx context.Context) bool {
	m, err := t.target.Metrics(ctx)
	return err == nil && m["parley_turn_age_seconds"] == 0 && m["parley_outbox_age_seconds"] == 0 &&
		m["parley_turns_in_flight"] == 0 && m["parley_outbox_in_flight"] == 0
}

// judged ends the load and counts.
func (t *trial) judged(ctx context.Context) (Row, error) {
	if err := t.settle(ctx); err != nil {
		return t.row(), err
	}
	r := t.row()
	r.Peak = t.target.Peak()
	if t.target.Ended() {
		t.fail("the server ended by itself")
	} else if err := t.target.Rest(); err != nil {
		t.fail("the server did not stop well: %v", err)
	}
	l, err := t.readLedger(ctx)
	if err != nil {
		return r, err
	}
	j := judge(t.threads(), l, t.acks.of, t.calm)
	j.Doubled = max(j.Doubled, t.meta.Counts().Doubled) // two ways to see the same
	if t.ours && j.HandedOver > 0 {
		t.fail("%d handed over for the server's own sleep", j.HandedOver)
	}
	r.Count, r.Red = j, slices.Concat(t.red, j.broken())
	return r, nil
}

func (t *trial) row() Row {
	return Row{Faults: t.faults, Note: t.note, Red: t.red}
}

func (t *trial) threads() []metasim.Thread {
	var all []metasim.Thread
	for _, key := range t.meta.Customers(bench.NumberID) {
		all = append(all, t.meta.Thread(bench.NumberID, key))
	}
	return all
}

// pause waits, less long when ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// status is the HTTP status of an error of the API, 200 for none and 0 for no answer.
func status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	if e, is := errors.AsType[*bench.StatusError](err); is {
		return e.Status
	}
	return 0
}
