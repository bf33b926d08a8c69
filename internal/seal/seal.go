// Package seal encrypts what must not be read from a stolen database: tokens, app secrets, kept webhook bodies.
// AES-256-GCM with a key of its own per purpose (HKDF from the master key), bound to where the value belongs, so that
// a sealed text copied to another row or tenant does not open. The key's id stands in the text: a new master key comes
// beside the old one, which goes on opening what it has sealed.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// KeySize is the length of a master key in bytes.
const KeySize = 32

// version begins every sealed text.
const version = "v1."

// errCannotOpen says no more: what went wrong inside helps only who forges.
var errCannotOpen = errors.New("the sealed value does not open: wrong MASTER_KEY, or it was moved or changed")

// Box seals and opens under one master key, and opens under former ones.
type Box struct {
	id     string
	master []byte
	former []*Box
}

// New makes a Box of a 32-byte master key. Former master keys open what was sealed under them, and seal nothing;
// hashes know the present one only.
func New(master []byte, former ...[]byte) (*Box, error) {
	if len(master) != KeySize {
		return nil, fmt.Errorf("the master key must be %d bytes, not %d", KeySize, len(master))
	}
	b := &Box{master: master}
	b.id = b.Hash("key id", "")[:8]
	for _, key := range former {
		old, err := New(key)
		if err != nil {
			return nil, err
		}
		b.former = append(b.former, old)
	}
	return b, nil
}

// Stale reports whether a sealed value should be sealed again: it was under a former key.
func (b *Box) Stale(sealed string) bool { return !strings.HasPrefix(sealed, version+b.id+".") }

// CheckValue is stored beside the data, so that a start with another key is noticed before anything is sealed with it.
func (b *Box) CheckValue() string { return b.Hash("key check", "") }

// Seal encrypts plain. where says what the value is and whose (tenant, column, row id): Open needs the same.
func (b *Box) Seal(plain []byte, where ...string) (string, error) {
	aead, err := b.aead()
	if err != nil {
		return "", err
	}
	//nolint:gosec // this AEAD makes a nonce of its own and wants none
	sealed := aead.Seal(nil, nil, plain, []byte(strings.Join(where, "\x00")))
	return version + b.id + "." + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// Open decrypts what Seal made for the same place.
func (b *Box) Open(sealed string, where ...string) ([]byte, error) {
	text, ours := strings.CutPrefix(sealed, version+b.id+".")
	if !ours {
		for _, old := range b.former {
			if !old.Stale(sealed) {
				return old.Open(sealed, where...)
			}
		}
		return nil, errCannotOpen
	}
	raw, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, errCannotOpen
	}
	aead, err := b.aead()
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, raw, []byte(strings.Join(where, "\x00")))
	if err != nil {
		return nil, errCannotOpen
	}
	return plain, nil
}

// Hash is a keyed hash in hex, for looking values up that must not be stored: e-mail addresses, tokens, webhook keys.
func (b *Box) Hash(purpose, value string) string {
	mac := hmac.New(sha256.New, b.key("hash "+purpose))
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil))
}

func (b *Box) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(b.key("seal"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (b *Box) key(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, b.master, nil, "parley "+purpose, 32)
	if err != nil {
		panic(err) // only when more than 255 hashes' length is asked for
	}
	return key
}

// Token makes a random token of 32 bytes in URL-safe text.
func Token() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}
