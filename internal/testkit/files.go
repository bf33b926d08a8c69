package testkit

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
)

// Answer is what is said before a body.
type Answer struct {
	StatusCode int
	Header     http.Header
}

// SendsFile lets a tenant's owner send the customer a file, and gives the status of the answer and what it says.
func (w *World) SendsFile(as Tenant, conversationID, filename string, data []byte, caption string) (status int, said string) {
	w.t.Helper()
	return w.SendsFileAs(as, conversationID, "", filename, data, caption)
}

// SendsFileAs is SendsFile under an id of the sender's own.
func (w *World) SendsFileAs(as Tenant, conversationID, id, filename string, data []byte, caption string) (status int, said string) {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	if id != "" {
		w.must(m.WriteField("id", id))
	}
	w.must(m.WriteField("caption", caption))
	part, err := m.CreateFormFile("file", filename)
	w.must(err)
	_, err = part.Write(data)
	w.must(err)
	w.must(m.Close())
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL+"/api/conversations/"+conversationID+"/media", &form)
	w.must(err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+as.Token)
	answer, body := w.does(r)
	return answer.StatusCode, string(body)
}

// SendsSheet sends a table to where tables are taken.
func (w *World) SendsSheet(as Tenant, path, table string) (answer Answer, body []byte) {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("file", "table.csv")
	w.must(err)
	_, err = part.Write([]byte(table))
	w.must(err)
	w.must(m.Close())
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.URL+path, &form)
	w.must(err)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+as.Token)
	return w.does(r)
}

// Fetches asks for something that is no JSON.
func (w *World) Fetches(as Tenant, path string) (answer Answer, body []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.URL+path, http.NoBody)
	w.must(err)
	r.Header.Set("Authorization", "Bearer "+as.Token)
	return w.does(r)
}

// Downloads asks for the file of a message, or a range of it ("" is all).
func (w *World) Downloads(as Tenant, messageID, byteRange string) (answer Answer, body []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.URL+"/api/messages/"+messageID+"/media", http.NoBody)
	w.must(err)
	if as.Token != "" {
		r.Header.Set("Authorization", "Bearer "+as.Token)
	}
	if byteRange != "" {
		r.Header.Set("Range", byteRange)
	}
	return w.does(r)
}

// Files is the folder in which the program keeps files.
func (w *World) Files() string { return w.blobs }

func (w *World) does(r *http.Request) (answer Answer, body []byte) {
	w.t.Helper()
	res, err := w.http.Do(r)
	w.must(err)
	defer func() { _ = res.Body.Close() }()
	body, err = io.ReadAll(res.Body)
	w.must(err)
	return Answer{StatusCode: res.StatusCode, Header: res.Header}, body
}
