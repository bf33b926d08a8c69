package metasim

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxRequest bounds a request to Graph that is no file.
const maxRequest = 256 << 10

// graphVersion is how a path to the Graph API begins.
var graphVersion = regexp.MustCompile(`^v\d{1,3}\.\d{1,2}$`) //nolint:gochecknoglobals // a pattern

// Handler is the Graph API: /{version}/{node}/{edge}.
func (s *Sim) Handler() http.Handler {
	mux := http.NewServeMux()
	on := func(pattern string, serve func(http.ResponseWriter, *http.Request, access)) {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" /{version}/"+path, func(w http.ResponseWriter, r *http.Request) { s.enter(w, r, serve) })
	}
	on("POST {id}/messages", s.messages)
	s.setupEdges(on)
	s.templateEdges(on)
	s.mediaEdges(on)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.answerError(w, refuse(2500, "The stand-in does not know this path or method."))
	})
	return mux
}

// access is whose request it is.
type access struct {
	token string
	app   bool // the app's own token
}

// enter checks version and token, which every call has, and bounds the body.
func (s *Sim) enter(w http.ResponseWriter, r *http.Request, serve func(http.ResponseWriter, *http.Request, access)) {
	if !graphVersion.MatchString(r.PathValue("version")) {
		s.answerError(w, refuse(2635, "The path must begin with a version, as in /v24.0."))
		return
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = r.URL.Query().Get("access_token")
	}
	if token == "" {
		s.answerError(w, refuse(104, "An access token is required to request this resource."))
		return
	}
	who := access{token: token, app: token == s.o.AppID+"|"+s.o.AppSecret}
	if !who.app && !s.knownToken(token) {
		s.answerError(w, refuse(190, "Invalid OAuth access token - Cannot parse access token"))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 110<<20)
	serve(w, r, who)
}

func (s *Sim) knownToken(token string) bool {
	if token == s.o.Token {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.numbers {
		if n.Token == token {
			return true
		}
	}
	return false
}

// number finds the number a request names and sees whether the token may use it. The lock is held.
func (s *Sim) number(id string, who access) (*number, *graphError) {
	n := s.numbers[id]
	if n == nil {
		return nil, missing(id)
	}
	if n.Token != who.token {
		return nil, refuse(200, "The token may not act for this number.")
	}
	return n, nil
}

// read decodes a JSON body.
func read(r *http.Request, into any) *graphError {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil || len(raw) > maxRequest {
		return refuse(100, "The request is too large.")
	}
	return decode(raw, into)
}

func decode(raw []byte, into any) *graphError {
	if len(raw) == 0 {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return refuse(100, "The parameters could not be read: "+err.Error())
	}
	return nil
}

// answer writes a 200 with the headers Graph adds.
func (s *Sim) answer(w http.ResponseWriter, v any) {
	s.headers(w)
	_ = json.NewEncoder(w).Encode(v)
}

type success struct {
	Success bool `json:"success"`
}

func (s *Sim) succeed(w http.ResponseWriter) { s.answer(w, success{true}) }

func (s *Sim) headers(w http.ResponseWriter) {
	h := w.Header()
	h["Content-Type"] = []string{"application/json; charset=UTF-8"}
	h["X-App-Usage"] = []string{`{"call_count":1,"total_time":1,"total_cputime":1}`}
	h["Facebook-Api-Version"] = []string{"v24.0"}
	h["X-Fb-Trace-Id"] = []string{s.trace()}
}

func (s *Sim) trace() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "A" + strconv.FormatUint(s.rand.Uint64(), 36)
}

// graphError is a refusal in Graph's form.
type graphError struct {
	status     int
	retryAfter time.Duration
	Body       struct {
		Message string `json:"message"`
		Type    string `json:"type"`
		Code    int    `json:"code"`
		Data    *struct {
			Product string `json:"messaging_product"`
			Details string `json:"details"`
		} `json:"error_data,omitempty"`
		Subcode int    `json:"error_subcode,omitempty"`
		Trace   string `json:"fbtrace_id"`
	} `json:"error"`
}

// refuse makes a refusal with Meta's usual title and status for the code; details say what is wrong with this request.
func refuse(code int, details string) *graphError {
	kind := refusals[code]
	e := &graphError{status: kind.status}
	if e.status == 0 {
		e.status = http.StatusBadRequest
	}
	e.Body.Code, e.Body.Type, e.Body.Message = code, "OAuthException", kind.title
	switch {
	case e.Body.Message == "":
		e.Body.Message = details
	case code >= 100_000:
		e.Body.Message = "(#" + strconv.Itoa(code) + ") " + kind.title
	}
	if details != "" {
		e.Body.Data = &struct {
			Product string `json:"messaging_product"`
			Details string `json:"details"`
		}{"whatsapp", details}
	}
	return e
}

// missing is what Graph says about an object that does not exist, or that the token may not see.
func missing(id string) *graphError {
	e := refuse(100, "")
	e.Body.Type, e.Body.Subcode = "GraphMethodException", 33
	e.Body.Message = "Unsupported request. Object with ID '" + id + "' does not exist, cannot be loaded due to missing " +
		"permissions, or does not support this operation"
	return e
}

// refusals are the titles and statuses of Meta's codes; a code that is not here is answered with 400.
//
//nolint:gochecknoglobals // a table that never changes
var refusals = map[int]struct {
	status int
	title  string
}{
	0:      {401, "AuthException"},
	1:      {400, "An unknown error occurred"},
	2:      {503, "Service temporarily unavailable"},
	3:      {500, "Application does not have the capability to make this API call."},
	4:      {429, "(#4) Application request limit reached"},
	10:     {403, "(#10) Application does not have permission for this action"},
	33:     {400, "Parameter value is not valid"},
	100:    {400, "(#100) Invalid parameter"},
	104:    {401, "An access token is required to request this resource."},
	190:    {401, "Invalid OAuth access token - Cannot parse access token"},
	200:    {403, "(#200) Permissions error"},
	368:    {403, "Temporarily blocked for policies violations"},
	2200:   {400, "(#2200) Callback verification failed"},
	2500:   {400, "Unknown path components"},
	2635:   {400, "(#2635) You are calling a version that does not exist"},
	80007:  {429, "(#80007) Rate limit issues"},
	130429: {429, "Rate limit hit"},
	130472: {400, "User's number is part of an experiment"},
	130497: {403, "Business account is restricted from messaging users in this country"},
	131000: {500, "Something went wrong"},
	131005: {403, "Access denied"},
	131008: {400, "Required parameter is missing"},
	131009: {400, "Parameter value is not valid"},
	131016: {500, "Service unavailable"},
	131021: {400, "Recipient cannot be sender"},
	131026: {400, "Message undeliverable"},
	131030: {400, "Recipient phone number not in allowed list"},
	131031: {403, "Business Account locked"},
	131037: {400, "WhatsApp provided number needs display name approval before message can be sent"},
	131042: {400, "Business eligibility payment issue"},
	131045: {500, "Incorrect certificate"},
	131047: {400, "Re-engagement message"},
	131048: {400, "Spam rate limit hit"},
	131049: {400, "This message was not delivered to maintain healthy ecosystem engagement"},
	131050: {400, "User has stopped marketing messages"},
	131051: {400, "Unsupported message type"},
	131052: {400, "Media download error"},
	131053: {400, "Media upload error"},
	131056: {400, "(Business Account, Consumer Account) pair rate limit hit"},
	131057: {500, "Account in maintenance mode"},
	132000: {400, "Number of parameters does not match the expected number of params"},
	132001: {404, "Template name does not exist in the translation"},
	132005: {400, "Template Hydrated text too long"},
	132012: {400, "Parameter format does not match format in the created template"},
	132015: {400, "Template is paused"},
	132016: {400, "Template is disabled"},
	132018: {400, "Template parameters have an issue"},
	133005: {400, "Two step verification PIN Mismatch"},
	133010: {400, "Phone number Not Registered"},
	133016: {400, "Account register/deregister rate limit exceeded"},
}

// answerError writes a refusal.
func (s *Sim) answerError(w http.ResponseWriter, e *graphError) {
	s.mu.Lock()
	s.log.counts.Refused++
	s.mu.Unlock()
	s.headers(w)
	e.Body.Trace = w.Header().Get("X-Fb-Trace-Id")
	setRetryAfter(w, e.retryAfter)
	w.WriteHeader(e.status)
	_ = json.NewEncoder(w).Encode(e)
}

func setRetryAfter(w http.ResponseWriter, d time.Duration) {
	if d > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(d.Round(time.Second)/time.Second)))
	}
}
