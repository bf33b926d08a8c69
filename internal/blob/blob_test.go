package blob_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"parley/internal/blob"
	"parley/internal/errs"
	"parley/internal/seal"
)

const (
	acme = "019a0000-0000-7000-8000-00000000acme"
	zeta = "019a0000-0000-7000-8000-00000000zeta"
	id   = "Abcdefgh-12345678"
)

func box(t testing.TB, key string, former ...[]byte) *seal.Box {
	t.Helper()
	b, err := seal.New([]byte(key), former...)
	must(t, err)
	return b
}

const (
	keyA = "0123456789abcdef0123456789abcdef"
	keyB = "fedcba9876543210fedcba9876543210"
)

func store(t testing.TB, folder string) *blob.Store {
	t.Helper()
	s, err := blob.Open(folder, box(t, keyA))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, s *blob.Store, owner, id string, plain []byte) {
	t.Helper()
	w, err := s.Create(owner, id)
	must(t, err)
	defer w.Discard()
	_, err = w.Write(plain)
	must(t, err)
	must(t, w.Commit())
}

func get(s *blob.Store, owner, id string) ([]byte, error) {
	r, err := s.Open(owner, id)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

func noise(n int) []byte {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// onDisk is the one file of an owner.
func onDisk(t testing.TB, folder, owner string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(folder, owner, "*", "*"))
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("there are %d files: %v", len(all), all)
	}
	return all[0]
}

func TestFilesOfEverySizeComeBackWhole(t *testing.T) {
	t.Parallel()
	s := store(t, t.TempDir())
	for _, n := range []int{0, 1, seal.ChunkSize - 1, seal.ChunkSize, seal.ChunkSize + 1, 3 * seal.ChunkSize, 300_001} {
		plain := noise(n)
		put(t, s, acme, id, plain)
		got, err := get(s, acme, id)
		must(t, err)
		if !bytes.Equal(got, plain) {
			t.Errorf("of %d bytes came back %d, others", n, len(got))
		}
	}
}

func TestAFileIsReadFromAnyPlace(t *testing.T) {
	t.Parallel()
	s := store(t, t.TempDir())
	plain := noise(3*seal.ChunkSize + 17)
	put(t, s, acme, id, plain)
	r, err := s.Open(acme, id)
	must(t, err)
	defer func() { _ = r.Close() }()
	if r.Size() != int64(len(plain)) {
		t.Fatalf("its size is %d", r.Size())
	}
	for _, at := range []int64{0, 5, seal.ChunkSize - 3, 2 * seal.ChunkSize, int64(len(plain)) - 2, 1} {
		_, err := r.Seek(at, io.SeekStart)
		must(t, err)
		piece := make([]byte, min(10, int64(len(plain))-at))
		_, err = io.ReadFull(r, piece)
		must(t, err)
		if !bytes.Equal(piece, plain[at:at+int64(len(piece))]) {
			t.Errorf("at %d other bytes came", at)
		}
	}
}

func TestNothingReadableLiesOnTheDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := store(t, folder)
	put(t, s, acme, id, []byte("my diagnosis is nobody's business"))
	raw, err := os.ReadFile(onDisk(t, folder, acme))
	must(t, err)
	if bytes.Contains(raw, []byte("diagnosis")) {
		t.Fatal("the file can be read")
	}
	info, err := os.Stat(onDisk(t, folder, acme))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Fatalf("the file is %v", info.Mode())
	}
}

// Whatever is done to the bytes on the disk, nothing wrong is ever given out.
func TestADamagedFileDoesNotOpen(t *testing.T) {
	t.Parallel()
	const chunk, tag, head = seal.ChunkSize, 16, 48
	plain := noise(2*chunk + 100)
	for name, damage := range map[string]func(raw []byte) []byte{
		"a bit of the first chunk":       func(raw []byte) []byte { raw[head+10] ^= 1; return raw },
		"a bit of the last chunk":        func(raw []byte) []byte { raw[len(raw)-1] ^= 1; return raw },
		"a bit of the salt":              func(raw []byte) []byte { raw[head-1] ^= 1; return raw },
		"another mark":                   func(raw []byte) []byte { raw[0] ^= 1; return raw },
		"another key's id":               func(raw []byte) []byte { raw[8] ^= 1; return raw },
		"the last byte gone":             func(raw []byte) []byte { return raw[:len(raw)-1] },
		"the last chunk gone":            func(raw []byte) []byte { return raw[:head+2*(chunk+tag)] },
		"all but the head gone":          func(raw []byte) []byte { return raw[:head] },
		"half a head":                    func(raw []byte) []byte { return raw[:head/2] },
		"emptied":                        func([]byte) []byte { return nil },
		"something behind it":            func(raw []byte) []byte { return append(raw, 0) },
		"the first two chunks exchanged": func(raw []byte) []byte { return exchanged(raw, head, chunk+tag) },
	} {
		folder := t.TempDir()
		s := store(t, folder)
		put(t, s, acme, id, plain)
		file := onDisk(t, folder, acme)
		raw, err := os.ReadFile(file)
		must(t, err)
		must(t, os.WriteFile(file, damage(raw), 0o600))
		got, err := get(s, acme, id)
		if err == nil {
			t.Errorf("%s: it opened", name)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Errorf("%s: wrong bytes were given out", name)
		}
	}
}

func exchanged(raw []byte, head, size int) []byte {
	out := append([]byte(nil), raw[:head]...)
	out = append(out, raw[head+size:head+2*size]...)
	out = append(out, raw[head:head+size]...)
	return append(out, raw[head+2*size:]...)
}

func TestAFileOpensForItsOwnerAndKeyOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := store(t, folder)
	put(t, s, acme, id, []byte("Acme's"))
	if _, err := get(s, zeta, id); !errs.Is(err, errs.NotFound) {
		t.Fatalf("Zeta asked for Acme's file: %v", err)
	}
	// Somebody with the disk in hand copies it to where Zeta's would lie.
	raw, err := os.ReadFile(onDisk(t, folder, acme))
	must(t, err)
	stolen := strings.Replace(onDisk(t, folder, acme), acme, zeta, 1)
	must(t, os.MkdirAll(filepath.Dir(stolen), 0o700))
	must(t, os.WriteFile(stolen, raw, 0o600))
	if got, err := get(s, zeta, id); err == nil {
		t.Fatalf("Zeta reads %q", got)
	}
	other, err := blob.Open(folder, box(t, keyB))
	must(t, err)
	defer func() { _ = other.Close() }()
	if got, err := get(other, acme, id); err == nil {
		t.Fatalf("another master key reads %q", got)
	}
	later, err := blob.Open(folder, box(t, keyB, []byte(keyA)))
	must(t, err)
	defer func() { _ = later.Close() }()
	if got, err := get(later, acme, id); err != nil || string(got) != "Acme's" {
		t.Fatalf("under a new master key beside the former one it reads %q, %v", got, err)
	}
}

func TestNamesThatAreNoIdsLeadNowhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	outside := filepath.Join(folder, "outside-secret")
	must(t, os.WriteFile(outside, []byte("not a blob"), 0o600))
	s := store(t, filepath.Join(folder, "blobs"))
	put(t, s, acme, id, []byte("inside"))
	for _, bad := range []string{
		"", ".", "..", "../outside-secret", "/etc/passwd", "..%2foutside-secret", "a/../../outside-secret", "short",
		"unfinished.", ".unfinished", "null\x00byte-and-more", strings.Repeat("a", 65), "back\\..\\slash", "C:windows-path", "ümläute-sind-keine",
	} {
		for _, pair := range [][2]string{{bad, id}, {acme, bad}} {
			if _, err := s.Open(pair[0], pair[1]); !errs.Is(err, errs.NotFound) {
				t.Errorf("opening %q of %q: %v", pair[1], pair[0], err)
			}
			if _, err := s.Create(pair[0], pair[1]); !errs.Is(err, errs.NotFound) {
				t.Errorf("creating %q of %q: %v", pair[1], pair[0], err)
			}
			if err := s.Remove(pair[0], pair[1]); !errs.Is(err, errs.NotFound) {
				t.Errorf("removing %q of %q: %v", pair[1], pair[0], err)
			}
		}
	}
	if raw, err := os.ReadFile(outside); err != nil || string(raw) != "not a blob" {
		t.Fatalf("what lies outside is %q, %v", raw, err)
	}
}

// A link that somebody laid into the folder leads out of it; the store does not follow.
func TestALinkOutOfTheFolderIsNotFollowed(t *testing.T) {
	t.Parallel()
	folder, elsewhere := t.TempDir(), t.TempDir()
	s := store(t, folder)
	must(t, os.Symlink(elsewhere, filepath.Join(folder, acme)))
	w, err := s.Create(acme, id)
	if err == nil {
		err = w.Commit()
	}
	if err == nil {
		t.Fatal("a file was written through the link")
	}
	if left, _ := os.ReadDir(elsewhere); len(left) != 0 {
		t.Fatalf("elsewhere lies %v", left)
	}
}

func TestAFileIsThereWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := store(t, folder)
	put(t, s, acme, id, []byte("the first"))
	w, err := s.Create(acme, id)
	must(t, err)
	_, err = w.Write(noise(200_000))
	must(t, err)
	if got, err := get(s, acme, id); err != nil || string(got) != "the first" {
		t.Fatalf("while the second is being written there is %q, %v", got, err)
	}
	w.Discard()
	if got, err := get(s, acme, id); err != nil || string(got) != "the first" {
		t.Fatalf("after it was discarded there is %q, %v", got, err)
	}
	if err := w.Commit(); err == nil {
		t.Fatal("what was discarded could be committed")
	}
	if left, err := os.ReadDir(filepath.Join(folder, ".unfinished")); err != nil || len(left) != 0 {
		t.Fatalf("unfinished: %v, %v", left, err)
	}
	must(t, s.Remove(acme, id))
	must(t, s.Remove(acme, id))
	if _, err := get(s, acme, id); !errs.Is(err, errs.NotFound) {
		t.Fatalf("after removing it: %v", err)
	}
}

func TestWhatACrashLeftIsSweptAndWhatIsAtWorkIsNot(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := store(t, folder)
	_, err := s.Create(acme, id) // and the process dies
	must(t, err)
	left, err := filepath.Glob(filepath.Join(folder, ".unfinished", "*"))
	must(t, err)
	if len(left) != 1 {
		t.Fatalf("unfinished: %v", left)
	}
	long := time.Now().Add(-48 * time.Hour)
	must(t, os.Chtimes(left[0], long, long))
	at, err := s.Create(acme, id)
	must(t, err)
	must(t, s.Sweep(time.Now().Add(-24*time.Hour)))
	if _, err := os.Stat(left[0]); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("what was left is still there: %v", err)
	}
	must(t, at.Commit())
}

// 100 MiB go in and out again, and the memory in use does not grow with it.
func TestABigFileNeedsLittleMemory(t *testing.T) { //nolint:paralleltest // it measures the memory of the whole process
	s := store(t, t.TempDir())
	const size = 100 << 20
	w, err := s.Create(acme, id)
	must(t, err)
	defer w.Discard()
	in, piece := sha256.New(), noise(1<<20)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range size / len(piece) {
		in.Write(piece)
		_, err := w.Write(piece)
		must(t, err)
	}
	must(t, w.Commit())
	r, err := s.Open(acme, id)
	must(t, err)
	defer func() { _ = r.Close() }()
	out := sha256.New()
	n, err := io.Copy(out, r)
	must(t, err)
	runtime.ReadMemStats(&now)
	if n != size || !bytes.Equal(in.Sum(nil), out.Sum(nil)) {
		t.Fatalf("%d bytes came back, or others", n)
	}
	if used := now.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Fatalf("%d MiB were allocated for it", used>>20)
	}
}
