package db_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/internal/db"
)

func TestAnIDSaysWhenItWasMade(t *testing.T) {
	t.Parallel()
	before := db.FromTime(time.Now().Truncate(time.Millisecond))
	id := uuid.Must(uuid.NewV7()).String()
	after := db.FromTime(time.Now())
	if at := db.IDTime(id); at.Before(before) || at.After(after) {
		t.Errorf("made at %v, between %v and %v", at.Time(), before.Time(), after.Time())
	}
	if least := db.IDAt(before); id < least || db.IDTime(least) != before {
		t.Errorf("%s is less than %s", id, least)
	}
	if next := db.IDAt(after.Add(time.Millisecond)); id >= next {
		t.Errorf("%s is not less than %s", id, next)
	}
	for _, nonsense := range []string{"", "channel", "zzzzzzzz-zzzz-7000-8000-000000000000"} {
		if at := db.IDTime(nonsense); !at.IsZero() {
			t.Errorf("%q was made at %v", nonsense, at.Time())
		}
	}
}
