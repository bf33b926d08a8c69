package blob_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"parley/internal/blob"
)

func TestFilesOfBeforeATimeAreShownByOwner(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := store(t, folder)
	const young = "Young-file-1234"
	put(t, s, acme, id, []byte("old"))
	put(t, s, acme, young, []byte("young"))
	put(t, s, zeta, id, []byte("old too"))
	_, err := s.Create(acme, "Unfinished-1234")
	must(t, err)
	long := time.Now().Add(-72 * time.Hour)
	for _, owner := range []string{acme, zeta} {
		must(t, os.Chtimes(filepath.Join(folder, owner, "ab", id), long, long))
	}
	seen := shown(t, s, time.Now().Add(-48*time.Hour))
	if want := []string{acme + " " + id, zeta + " " + id}; !slices.Equal(seen, want) {
		t.Errorf("it shows %q, want %q", seen, want)
	}
	if all := shown(t, s, time.Now().Add(time.Hour)); len(all) != 3 {
		t.Errorf("of three it shows %q", all)
	}
}

func shown(t *testing.T, s *blob.Store, before time.Time) (seen []string) {
	t.Helper()
	must(t, s.Each(before, func(owner string, ids []string) error {
		for _, one := range ids {
			seen = append(seen, owner+" "+one)
		}
		return nil
	}))
	slices.Sort(seen)
	return seen
}
