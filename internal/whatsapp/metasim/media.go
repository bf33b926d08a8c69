package metasim

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Bounds of files: Meta's for each kind, and ours for all that are kept.
const (
	maxFiles = 50
	maxBytes = 64 * megabytes
	fileLife = 30 * 24 * time.Hour
	// inboundLife is how long a customer's file can be fetched.
	inboundLife = 7 * 24 * time.Hour
	urlLife     = 5 * time.Minute
	megabytes   = 1 << 20
)

// file is an uploaded file. Of too many or too large ones the oldest are forgotten.
type file struct {
	phoneNumberID, kind string
	data                []byte
	at                  time.Time
	life                time.Duration
}

// kinds are the types of file and their largest sizes.
//
//nolint:gochecknoglobals // a table that never changes
var kinds = map[string]struct {
	message string
	most    int
}{
	"image/jpeg": {"image", 5 * megabytes}, "image/png": {"image", 5 * megabytes}, "image/webp": {"sticker", 500 << 10},
	"audio/aac": {"audio", 16 * megabytes}, "audio/amr": {"audio", 16 * megabytes}, "audio/mpeg": {"audio", 16 * megabytes},
	"audio/mp4": {"audio", 16 * megabytes}, "audio/ogg": {"audio", 16 * megabytes},
	"video/mp4": {"video", 16 * megabytes}, "video/3gpp": {"video", 16 * megabytes},
	"text/plain": {"document", 100 * megabytes}, "application/pdf": {"document", 100 * megabytes},
	"application/msword": {"document", 100 * megabytes}, "application/vnd.ms-excel": {"document", 100 * megabytes},
	"application/vnd.ms-powerpoint":                                             {"document", 100 * megabytes},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   {"document", 100 * megabytes},
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         {"document", 100 * megabytes},
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": {"document", 100 * megabytes},
}

func (s *Sim) mediaEdges(on func(string, func(http.ResponseWriter, *http.Request, access))) {
	on("POST {id}/media", s.upload)
	on("GET {id}/content", s.download)
	on("DELETE {id}", s.deleteNode)
}

func (s *Sim) upload(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	s.mu.Lock()
	_, e := s.number(id, who)
	var fault Fault
	if e == nil {
		fault = s.fileFault(id, Upload)
	}
	s.mu.Unlock()
	slow(r, fault.Slow)
	if e == nil && s.fail(w, r, fault) {
		return
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	f := &file{phoneNumberID: id, at: s.o.Now(), life: fileLife}
	if e = f.read(r); e != nil {
		s.answerError(w, e)
		return
	}
	s.mu.Lock()
	fileID := s.newID()
	s.media[fileID] = f
	s.log.counts.Uploads++
	s.forgetFiles()
	s.mu.Unlock()
	if fault.Lost {
		cut()
	}
	s.answer(w, struct {
		ID string `json:"id"`
	}{fileID})
}

// read takes a file from a form.
func (f *file) read(r *http.Request) *graphError {
	part, header, err := r.FormFile("file")
	if err != nil {
		return refuse(100, "The parameter file is required.")
	}
	defer func() { _ = part.Close() }()
	defer func() { _ = r.MultipartForm.RemoveAll() }()
	if r.FormValue("messaging_product") != "whatsapp" {
		return refuse(100, `The parameter messaging_product must be "whatsapp".`)
	}
	f.kind = header.Header.Get("Content-Type")
	plain, _, _ := mime.ParseMediaType(f.kind)
	kind, known := kinds[plain]
	if !known {
		return refuse(100, "The file must be of a type WhatsApp takes; "+plain+" is none.")
	}
	if f.data, err = io.ReadAll(io.LimitReader(part, int64(kind.most)+1)); err != nil || len(f.data) > kind.most {
		return refuse(131053, "The file is too large.")
	}
	return nil
}

// forgetFiles drops what is old, and then the oldest until the rest is not too much. The newest stays. The lock is held.
func (s *Sim) forgetFiles() {
	now, size := s.o.Now(), 0
	var ids []string
	for id, f := range s.media {
		if now.Sub(f.at) >= f.life {
			delete(s.media, id)
			continue
		}
		ids = append(ids, id)
		size += len(f.data)
	}
	slices.SortFunc(ids, func(a, b string) int { return s.media[a].at.Compare(s.media[b].at) })
	for len(ids) > 1 && (len(ids) > maxFiles || size > maxBytes) {
		size -= len(s.media[ids[0]].data)
		delete(s.media, ids[0])
		ids = ids[1:]
	}
}

// fileNode is a file as Graph shows it, with an address for five minutes. The lock is held.
func (s *Sim) fileNode(r *http.Request, id string, who access) (any, *graphError) {
	f := s.media[id]
	if _, e := s.number(f.phoneNumberID, who); e != nil {
		return nil, e
	}
	fault := s.fileFault(f.phoneNumberID, LookUp)
	switch {
	case fault.Code != 0:
		return nil, refuse(fault.Code, "")
	case s.o.Now().Sub(f.at) >= f.life:
		return nil, missing(id)
	}
	sum := sha256.Sum256(f.data)
	if fault.WrongBytes {
		sum[0] ^= 1
	}
	until := s.o.Now().Add(urlLife).Unix()
	return struct {
		Product string `json:"messaging_product"`
		URL     string `json:"url"`
		Kind    string `json:"mime_type"`
		Sum     string `json:"sha256"`
		Size    int    `json:"file_size"`
		ID      string `json:"id"`
	}{
		"whatsapp", "http://" + r.Host + "/" + r.PathValue("version") + "/" + id + "/content?ext=" + strconv.FormatInt(until, 10),
		f.kind, base64.StdEncoding.EncodeToString(sum[:]), len(f.data), id,
	}, nil
}

// download serves a file at the address fileNode gave.
func (s *Sim) download(w http.ResponseWriter, r *http.Request, who access) {
	until, _ := strconv.ParseInt(r.URL.Query().Get("ext"), 10, 64)
	s.mu.Lock()
	f := s.media[r.PathValue("id")]
	fits := f != nil && s.numbers[f.phoneNumberID] != nil && s.numbers[f.phoneNumberID].Token == who.token
	var fault Fault
	if fits {
		fault = s.fileFault(f.phoneNumberID, Download)
	}
	s.mu.Unlock()
	if !fits || s.o.Now().Unix() > until {
		http.NotFound(w, r)
		return
	}
	slow(r, fault.Slow)
	if s.fail(w, r, fault) {
		return
	}
	data, whole := f.bytesOf(fault)
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.data)))
	_, _ = w.Write(data)
	if !whole {
		cut()
	}
}

// deleteNode deletes a file.
func (s *Sim) deleteNode(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	s.mu.Lock()
	e := missing(id)
	if f := s.media[id]; f != nil {
		if _, e = s.number(f.phoneNumberID, who); e == nil {
			delete(s.media, id)
		}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.succeed(w)
}

// validMedia checks a message that sends a file, by its id or by a link that Meta would fetch.
func (s *Sim) validMedia(kind string, m *mediaSend) *graphError {
	switch {
	case m == nil || m.ID == "" && m.Link == "":
		return refuse(131008, "A file needs id or link.")
	case m.ID != "" && m.Link != "":
		return refuse(131009, "A file has either id or link.")
	case length(m.Caption) > 1024 || m.Caption != "" && (kind == "audio" || kind == "sticker"):
		return refuse(131009, "A caption is at most 1024 characters long; audio and stickers have none.")
	case m.ID == "":
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.media[m.ID] == nil {
		return refuse(131009, "There is no file of this id.")
	}
	return nil
}
