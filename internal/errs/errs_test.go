package errs_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"parley/internal/errs"
)

func TestAKindIsFoundHoweverDeepItLies(t *testing.T) {
	t.Parallel()
	gone := errs.New(errs.NotFound, "No such %s.", "channel")
	for name, c := range map[string]struct {
		err  error
		kind errs.Kind
	}{
		"nothing":          {nil, ""},
		"itself":           {gone, errs.NotFound},
		"wrapped":          {fmt.Errorf("read: %w", gone), errs.NotFound},
		"joined":           {errors.Join(io.EOF, gone), errs.NotFound},
		"foreign":          {io.EOF, errs.Internal},
		"the outermost is": {errs.Wrap(gone, errs.Conflict, "Look again."), errs.Conflict},
	} {
		if got := errs.KindOf(c.err); got != c.kind {
			t.Errorf("%s: %q", name, got)
		}
		if c.kind != "" && !errs.Is(c.err, c.kind) {
			t.Errorf("%s is not %q", name, c.kind)
		}
	}
	if errs.Is(nil, errs.Internal) {
		t.Error("nothing is a failure")
	}
}

func TestOnlyWhatMayBeShownIsShown(t *testing.T) {
	t.Parallel()
	secret := errors.New("password of the database")
	shown := errs.Message(errs.Wrap(secret, errs.Unavailable, "Please try again in %d s.", 5))
	if shown != "Please try again in 5 s." {
		t.Errorf("shown: %q", shown)
	}
	for _, err := range []error{secret, errs.Wrap(secret, errs.Internal, "the step panicked"), fmt.Errorf("x: %w", secret)} {
		if got := errs.Message(err); strings.Contains(got, "password") || strings.Contains(got, "panicked") || got == "" {
			t.Errorf("of a failure of ours is shown: %q", got)
		}
	}
}

func TestTheLogSeesTheCause(t *testing.T) {
	t.Parallel()
	err := errs.Wrap(io.ErrUnexpectedEOF, errs.Invalid, "Not a document.")
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error("the cause is lost")
	}
	if got := err.Error(); got != "invalid: Not a document.: unexpected EOF" {
		t.Errorf("got %q", got)
	}
	if got := errs.New(errs.TooLarge, "Too large.").Error(); got != "too_large: Too large." {
		t.Errorf("got %q", got)
	}
}

func TestFieldAndWaitTravelWithTheError(t *testing.T) {
	t.Parallel()
	field := fmt.Errorf("register: %w", errs.InvalidField("email", "An address needs an @."))
	if errs.FieldOf(field) != "email" || !errs.Is(field, errs.Invalid) || errs.Message(field) != "An address needs an @." {
		t.Errorf("got %v", field)
	}
	wait := fmt.Errorf("sign in: %w", errs.Wait(3*time.Second, "Too many attempts."))
	if errs.RetryAfterOf(wait) != 3*time.Second || !errs.Is(wait, errs.TooMany) {
		t.Errorf("got %v", wait)
	}
	for _, err := range []error{nil, io.EOF, errs.New(errs.Conflict, "No.")} {
		if errs.FieldOf(err) != "" || errs.RetryAfterOf(err) != 0 {
			t.Errorf("%v has a field or a wait", err)
		}
	}
}

func TestOfAPanicOnlyTheRuntimesWordsAreShown(t *testing.T) {
	t.Parallel()
	for _, cause := range []any{"what a customer wrote", errors.New("what a customer wrote"), 7} {
		if got := errs.Panicked(cause); strings.Contains(got, "customer") || got == "" {
			t.Errorf("of %v it says %q", cause, got)
		}
	}
	defer func() {
		if got := errs.Panicked(recover()); !strings.Contains(got, "index out of range") {
			t.Errorf("it says %q", got)
		}
	}()
	var none []int
	_ = none[len("x")]
}
