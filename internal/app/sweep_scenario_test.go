package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// What a crash left between keeping a file and saying its message is removed after two days; a message's own file is not.
func TestFilesOfNoMessageAreSwept(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		l := attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: picture(3000)})
		long := time.Now().Add(-72 * time.Hour)
		made := map[string]bool{"Nobodys-old-file-1": true, "Nobodys-new-file-1": false}
		for name, old := range made {
			for _, owner := range []string{w.Acme.ID, w.Zeta.ID} {
				path := filepath.Join(w.Files(), owner, "no", name)
				must(t, os.MkdirAll(filepath.Dir(path), 0o700))
				must(t, os.WriteFile(path, []byte("left"), 0o600))
				if old {
					must(t, os.Chtimes(path, long, long))
				}
			}
		}
		all, err := filepath.Glob(filepath.Join(w.Files(), w.Acme.ID, "*", "*"))
		must(t, err)
		for _, path := range all {
			if filepath.Base(path) != "Nobodys-new-file-1" {
				must(t, os.Chtimes(path, long, long))
			}
		}
		must(t, w.Media.Sweep(t.Context()))
		for name, old := range made {
			for _, owner := range []string{w.Acme.ID, w.Zeta.ID} {
				_, err := os.Stat(filepath.Join(w.Files(), owner, "no", name))
				if gone := os.IsNotExist(err); gone != old {
					t.Errorf("%s of %s is gone: %t, want %t", name, owner, gone, old)
				}
			}
		}
		if answer, _ := w.Downloads(w.Acme, l.ID, ""); answer.StatusCode != http.StatusOK {
			t.Errorf("a message's own file: %d", answer.StatusCode)
		}
	})
}
