package metasim

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// Attachment is a file a customer sends.
type Attachment struct {
	Kind     string // image, video, audio, document or sticker
	MIME     string // as the phone says it
	Filename string // of a document
	Caption  string
	Voice    bool // of an audio: recorded
	Animated bool // of a sticker
	Data     []byte
}

type attachedContent struct {
	ID       string `json:"id"`
	MIME     string `json:"mime_type"`
	SHA256   string `json:"sha256"`
	Filename string `json:"filename,omitempty"`
	Caption  string `json:"caption,omitempty"`
	Voice    *bool  `json:"voice,omitempty"`
	Animated *bool  `json:"animated,omitempty"`
}

// Attach lets a customer send a file, as Write lets them write a text. The business fetches it by its id.
func (s *Sim) Attach(ctx context.Context, phoneNumberID string, from Customer, a Attachment) (wamid string, err error) {
	s.mu.Lock()
	id := s.newID()
	s.media[id] = &file{phoneNumberID: phoneNumberID, kind: a.MIME, data: a.Data, at: s.o.Now(), life: inboundLife}
	s.forgetFiles()
	s.mu.Unlock()
	sum := sha256.Sum256(a.Data)
	c := attachedContent{
		ID: id, MIME: a.MIME, SHA256: base64.StdEncoding.EncodeToString(sum[:]), Filename: a.Filename, Caption: a.Caption,
	}
	switch a.Kind {
	case "audio":
		c.Voice = &a.Voice
	case "sticker":
		c.Animated = &a.Animated
	}
	return s.Say(ctx, phoneNumberID, from, Inbound{Type: a.Kind, Content: encode(c), Text: a.Caption})
}

// File is a file that is known, by its id: what a business has uploaded, or a customer sent.
func (s *Sim) File(id string) (kind string, data []byte, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.media[id]
	if f == nil {
		return "", nil, false
	}
	return f.kind, f.data, true
}

// FileStep is a request about a file.
type FileStep string

// The steps of a file's way.
const (
	LookUp   FileStep = "lookup"   // where is it?
	Download FileStep = "download" // its bytes
	Upload   FileStep = "upload"
)

// fileFault takes the first fault that fits a request about a file. The lock is held.
func (s *Sim) fileFault(phoneNumberID string, step FileStep) Fault {
	for i, f := range s.faults {
		if f.Files != step || f.PhoneNumberID != "" && f.PhoneNumberID != phoneNumberID {
			continue
		}
		return s.used(i)
	}
	return Fault{}
}

// bytesOf is what a download gives, as the fault has it; whole is false when the connection is cut in the middle.
func (f *file) bytesOf(fault Fault) (data []byte, whole bool) {
	switch {
	case fault.CutOff:
		return f.data[:len(f.data)/2], false
	case fault.WrongBytes:
		data = append([]byte(nil), f.data...)
		for i := range data {
			data[i] ^= 0x5a
		}
		return data, true
	}
	return f.data, true
}

// slow waits as a fault has it.
func slow(r *http.Request, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}
