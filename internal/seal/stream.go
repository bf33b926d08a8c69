package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// A sealed file is a head (mark, key id, salt) and chunks. Each chunk is AES-256-GCM under the file's own key, with its
// number and whether it is the last one as the nonce: chunks that are changed, swapped, left out or cut off at the end do
// not open. This is the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015). The key follows from the master
// key, the salt and the place, so a file that was moved to another place does not open either.
const (
	fileMark = "parley1\n"
	idSize   = 8
	saltSize = 32
	headSize = len(fileMark) + idSize + saltSize
	// ChunkSize is how much of a file is sealed at once, and with that what sealing and opening hold in memory.
	ChunkSize = 64 << 10
	tagSize   = 16
)

// errDamaged says no more than errCannotOpen does.
var errDamaged = errors.New("the sealed file does not open: wrong MASTER_KEY, or it was moved, changed or cut off")

// FileWriter seals what is written to it, chunk by chunk.
type FileWriter struct {
	to    io.Writer
	aead  cipher.AEAD
	plain []byte // of the chunk that is not full, or not known not to be the last
	out   []byte
	n     uint64
	err   error
}

// SealFile begins a sealed file. where is as for Seal. Without Close the file is not whole and does not open.
func (b *Box) SealFile(to io.Writer, where ...string) (*FileWriter, error) {
	head := make([]byte, 0, headSize)
	head = append(append(head, fileMark...), b.id...)
	head = head[:headSize]
	_, _ = rand.Read(head[headSize-saltSize:]) // never fails (crypto/rand)
	aead, err := b.fileAEAD(head[headSize-saltSize:], where)
	if err != nil {
		return nil, err
	}
	if _, err := to.Write(head); err != nil {
		return nil, err
	}
	return &FileWriter{to: to, aead: aead, plain: make([]byte, 0, ChunkSize), out: make([]byte, 0, ChunkSize+tagSize)}, nil
}

// Write takes plain bytes.
func (w *FileWriter) Write(p []byte) (n int, err error) {
	for len(p) > 0 && w.err == nil {
		if len(w.plain) == ChunkSize {
			w.flush(false)
		}
		took := min(len(p), ChunkSize-len(w.plain))
		w.plain = append(w.plain, p[:took]...)
		p, n = p[took:], n+took
	}
	return n, w.err
}

// Close seals the last chunk. It does not close what is written to.
func (w *FileWriter) Close() error {
	if w.err != nil {
		return w.err
	}
	w.flush(true)
	if w.err != nil {
		return w.err
	}
	w.err = errors.New("the sealed file is closed")
	return nil
}

func (w *FileWriter) flush(last bool) {
	w.out = w.aead.Seal(w.out[:0], chunkNonce(w.n, last), w.plain, nil)
	_, w.err = w.to.Write(w.out)
	w.plain, w.n = w.plain[:0], w.n+1
}

// FileReader opens a sealed file at any place of it. It is for one goroutine.
type FileReader struct {
	from  io.ReaderAt
	aead  cipher.AEAD
	size  int64 // plain
	last  int64 // number of the last chunk
	at    int64
	have  int64 // number of the chunk in plain, -1 for none
	plain []byte
	raw   []byte
}

// OpenFile opens a sealed file of size bytes, sealed for the same place. It opens the last chunk at once: a file that
// was cut off is refused before any of it is read.
func (b *Box) OpenFile(from io.ReaderAt, size int64, where ...string) (*FileReader, error) {
	head := make([]byte, headSize)
	if n, err := from.ReadAt(head, 0); n < headSize {
		if err == nil || errors.Is(err, io.EOF) {
			err = errDamaged
		}
		return nil, err
	}
	box := b.byID(string(head[len(fileMark) : len(fileMark)+idSize]))
	body := size - int64(headSize)
	if !bytes.HasPrefix(head, []byte(fileMark)) || box == nil || body < tagSize {
		return nil, errDamaged
	}
	aead, err := box.fileAEAD(head[headSize-saltSize:], where)
	if err != nil {
		return nil, err
	}
	chunks := (body + ChunkSize + tagSize - 1) / (ChunkSize + tagSize)
	r := &FileReader{
		from: from, aead: aead, size: body - chunks*tagSize, last: chunks - 1, have: -1, raw: make([]byte, ChunkSize+tagSize),
	}
	if r.size < 0 || chunks > 1 && r.size <= r.last*ChunkSize {
		return nil, errDamaged
	}
	return r, r.load(r.last)
}

// Size is how many plain bytes there are.
func (r *FileReader) Size() int64 { return r.size }

// Read gives the plain bytes that follow.
func (r *FileReader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	if err := r.load(r.at / ChunkSize); err != nil {
		return 0, err
	}
	n := copy(p, r.plain[r.at%ChunkSize:])
	r.at += int64(n)
	return n, nil
}

// Seek goes to another place.
func (r *FileReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, errors.New("seek before the beginning of a sealed file")
	}
	r.at = offset
	return offset, nil
}

func (r *FileReader) load(chunk int64) error {
	if chunk == r.have {
		return nil
	}
	length := int64(ChunkSize)
	if chunk == r.last {
		length = r.size - chunk*ChunkSize
	}
	raw := r.raw[:length+tagSize]
	if n, err := r.from.ReadAt(raw, int64(headSize)+chunk*(ChunkSize+tagSize)); n < len(raw) {
		return errors.Join(errDamaged, err)
	}
	r.have = -1
	plain, err := r.aead.Open(r.plain[:0], chunkNonce(uint64(chunk), chunk == r.last), raw, nil)
	if err != nil {
		return errDamaged
	}
	r.plain, r.have = plain, chunk
	return nil
}

// chunkNonce is unique in a file, and every file has a key of its own.
func chunkNonce(n uint64, last bool) []byte {
	nonce := make([]byte, 12)
	binary.BigEndian.PutUint64(nonce[3:], n)
	if last {
		nonce[11] = 1
	}
	return nonce
}

func (b *Box) byID(id string) *Box {
	if id == b.id {
		return b
	}
	for _, old := range b.former {
		if old.id == id {
			return old
		}
	}
	return nil
}

func (b *Box) fileAEAD(salt []byte, where []string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, b.master, salt, "parley file\x00"+strings.Join(where, "\x00"), 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
