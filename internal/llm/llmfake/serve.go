package llmfake

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/llm"
)

// ServeHTTP is the endpoint: POST …/chat/completions.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/chat/completions") {
		http.NotFound(w, r)
		return
	}
	call, err := read(r)
	if err != nil {
		answer(w, Status(http.StatusBadRequest), call)
		return
	}
	reply, gate := f.arrived(call)
	if gate != nil || reply.hang {
		f.change(func() { f.held++ })
		defer f.change(func() { f.held-- })
	}
	if gate != nil {
		select {
		case <-gate:
		case <-r.Context().Done():
			return
		}
	}
	if reply.hang {
		<-r.Context().Done()
		return
	}
	if reply.delay > 0 {
		timer := time.NewTimer(reply.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			return
		}
	}
	answer(w, reply, call)
}

// read takes a request apart.
func read(r *http.Request) (Call, error) {
	var body struct {
		Model       string          `json:"model"`
		Messages    []llm.Message   `json:"messages"`
		Format      json.RawMessage `json:"response_format"`
		Temperature *float64        `json:"temperature"`
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return Call{
		Model: body.Model, Messages: body.Messages, Shaped: body.Format != nil, Key: key, Temperature: body.Temperature,
	}, err
}

// arrived counts a call and finds its reply, and the gate it has to wait at.
func (f *Fake) arrived(c Call) (reply Reply, gate chan struct{}) {
	f.change(func() {
		f.calls++
		if len(f.seen) < keptCalls {
			f.seen = append(f.seen, c)
		}
		reply, gate = f.reply(c), f.gate
	})
	return reply, gate
}

func (f *Fake) reply(c Call) Reply {
	switch {
	case f.key != "" && c.Key != f.key:
		return Failure(http.StatusUnauthorized, `{"error":{"message":"No such key: `+c.Key+`","code":401}}`)
	case f.unshaped && c.Shaped:
		return Failure(http.StatusBadRequest, `{"error":{"message":"response_format is not supported by this model","code":400}}`)
	case len(f.next) > 0:
		first := f.next[0]
		f.next = f.next[1:]
		return first
	}
	asked := strings.ToLower(c.Asked())
	best, at := (*rule)(nil), -1
	for _, r := range f.rules {
		if i := strings.LastIndex(asked, r.words); i >= at && i >= 0 {
			best, at = r, i
		}
	}
	if best == nil || len(best.replies) == 0 {
		return f.other
	}
	reply := best.replies[0]
	if len(best.replies) > 1 {
		best.replies = best.replies[1:]
	}
	return reply
}

func answer(w http.ResponseWriter, r Reply, c Call) {
	raw := []byte(r.body)
	if r.text != nil {
		var err error
		if raw, err = r.completion(c); err != nil {
			http.Error(w, "the stand-in failed", http.StatusInternalServerError)
			return
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if r.retry > 0 {
		h.Set("Retry-After", strconv.FormatFloat(r.retry.Seconds(), 'f', -1, 64))
	}
	if r.cut {
		h.Set("Content-Length", "1000")
		_, _ = io.WriteString(w, `{"choices":[`)
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(r.status)
	if r.drip > 0 {
		dripped(w, raw, r.drip)
		return
	}
	_, _ = w.Write(raw)
}

// dripped writes byte by byte until nobody listens any more.
func dripped(w http.ResponseWriter, raw []byte, pause time.Duration) {
	out := http.NewResponseController(w)
	for i := range raw {
		if _, err := w.Write(raw[i : i+1]); err != nil {
			return
		}
		if out.Flush() != nil {
			return
		}
		time.Sleep(pause)
	}
}
