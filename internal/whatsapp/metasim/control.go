package metasim

import (
	"encoding/json"
	"mime"
	"net/http"
	"time"
)

// Control plays the customers and the weather over HTTP, for the stand-in as a program of its own. All is JSON.
//
//	GET  /_sim/numbers                       the numbers, without their secrets
//	POST /_sim/numbers                       a Number: makes it known
//	POST /_sim/write    {phoneNumberId, customer: {wa_id, user_id, name}, text, type?, content?, replyTo?} -> {id}
//	POST /_sim/deliver  {phoneNumberId, body} -> {status}: posts any body, signed
//	POST /_sim/handshake {phoneNumberId}
//	POST /_sim/attach   {phoneNumberId, customer, kind, mime, filename?, caption?, voice?, data (base64)} -> {id}
//	POST /_sim/edit     {phoneNumberId, customer, message, text} -> {id}
//	POST /_sim/revoke   {phoneNumberId, customer, message} -> {id}
//	POST /_sim/react    {phoneNumberId, customer, message, emoji} -> {id}: "" takes it away
//	POST /_sim/number   {phoneNumberId, customer, to}: the customer has another number
//	POST /_sim/echo     {phoneNumberId, customer, text} -> {id}: a person of the business answers in WhatsApp's app
//	POST /_sim/history  {phoneNumberId, customer, lines: [{from, text, type?, status?, at}]}
//	POST /_sim/tell     {phoneNumberId, field, value}: of an account, a number or a template
//	GET  /_sim/customers?number=             their keys
//	GET  /_sim/thread?number=&customer=      a Thread
//	POST /_sim/reset    {phoneNumberId, customer}: forgets the customer with this key
//	GET  /_sim/sent                          what the business sent
//	GET  /_sim/counts                        Counts
//	POST /_sim/fault    {times, code?, status?, retryAfter?, hang?, reset?, lost?, later?, drip?, number?, customer?, reads?}
//	POST /_sim/mischief {withhold, double, shuffle, earlyStatuses, noStatuses, windowAtOnce, batch}
//	POST /_sim/release                       what was withheld
//	POST /_sim/heal                          no faults, no mischief
//
// It answers this machine only: the address asked for must be a loopback address, and a request that a web page made is
// refused, so that no page in a browser on this machine can play customers.
func (s *Sim) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_sim/numbers", s.controlNumbers)
	mux.HandleFunc("POST /_sim/numbers", command(s.controlAddNumber))
	mux.HandleFunc("POST /_sim/write", command(s.controlWrite))
	mux.HandleFunc("POST /_sim/deliver", command(s.controlDeliver))
	mux.HandleFunc("POST /_sim/handshake", command(s.controlHandshake))
	s.controlLife(mux)
	mux.HandleFunc("GET /_sim/customers", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, s.Customers(r.URL.Query().Get("number")))
	})
	mux.HandleFunc("GET /_sim/thread", func(w http.ResponseWriter, r *http.Request) {
		reply(w, http.StatusOK, s.Thread(r.URL.Query().Get("number"), r.URL.Query().Get("customer")))
	})
	mux.HandleFunc("POST /_sim/reset", command(func(_ *http.Request, in resetCommand) (any, error) {
		s.Reset(in.PhoneNumberID, in.Customer)
		return success{true}, nil
	}))
	mux.HandleFunc("GET /_sim/sent", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Sent()) })
	mux.HandleFunc("GET /_sim/counts", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, s.Counts()) })
	mux.HandleFunc("POST /_sim/fault", command(s.controlFault))
	mux.HandleFunc("POST /_sim/mischief", command(func(_ *http.Request, in mischiefCommand) (any, error) {
		s.Mischief(Mischief(in))
		return success{true}, nil
	}))
	mux.HandleFunc("POST /_sim/release", command(func(*http.Request, struct{}) (any, error) {
		s.Release()
		return success{true}, nil
	}))
	mux.HandleFunc("POST /_sim/heal", command(func(*http.Request, struct{}) (any, error) {
		s.Heal()
		return success{true}, nil
	}))
	return ownMachine(mux)
}

// ownMachine lets only programs of this machine in.
func ownMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fromPage := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
		if !loopback(r.RemoteAddr) || !loopback(r.Host) || fromPage {
			http.Error(w, "The stand-in's control answers programs on its own machine only.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// maxCommand bounds a command: a body of Meta's largest size fits.
const maxCommand = 8 << 20

// command decodes a command, carries it out and answers.
func command[In any](do func(*http.Request, In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.ContentLength != 0 && kind != "application/json" {
			reply(w, http.StatusUnsupportedMediaType, controlError{"Send JSON as application/json."})
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxCommand)
		if r.ContentLength != 0 {
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				reply(w, http.StatusBadRequest, controlError{"This could not be read as JSON: " + err.Error()})
				return
			}
		}
		out, err := do(r, in)
		if err != nil {
			reply(w, http.StatusUnprocessableEntity, controlError{err.Error()})
			return
		}
		reply(w, http.StatusOK, out)
	}
}

type controlError struct {
	Error string `json:"error"`
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

type numberCommand struct {
	PhoneNumberID string `json:"phoneNumberId"`
	AccountID     string `json:"accountId"`
	DisplayPhone  string `json:"displayPhone"`
	VerifiedName  string `json:"verifiedName"`
	WebhookURL    string `json:"webhookUrl"`
	Secret        string `json:"secret,omitempty"`
	VerifyToken   string `json:"verifyToken,omitempty"`
	Token         string `json:"token,omitempty"`
	AlwaysOpen    bool   `json:"alwaysOpen,omitempty"`
}

func (s *Sim) controlNumbers(w http.ResponseWriter, _ *http.Request) {
	all := []numberCommand{}
	s.mu.Lock()
	for _, n := range s.numbers {
		shown := numberCommand(n.Number)
		shown.Secret, shown.VerifyToken, shown.Token = "", "", ""
		all = append(all, shown)
	}
	s.mu.Unlock()
	reply(w, http.StatusOK, all)
}

func (s *Sim) controlAddNumber(_ *http.Request, in numberCommand) (any, error) {
	if in.PhoneNumberID == "" || digitsOf(in.DisplayPhone) == "" {
		return nil, errNoNumber
	}
	s.AddNumber(Number(in))
	return success{true}, nil
}

type writeCommand struct {
	PhoneNumberID string          `json:"phoneNumberId"`
	Customer      Customer        `json:"customer"`
	Text          string          `json:"text"`
	Type          string          `json:"type"`
	Content       json.RawMessage `json:"content"`
	ReplyTo       string          `json:"replyTo"`
}

func (s *Sim) controlWrite(r *http.Request, in writeCommand) (any, error) {
	if in.Type == "" {
		in.Type = "text"
	}
	if in.Type == "text" && in.Content == nil && blank(in.Text) {
		return nil, errNoText
	}
	id, err := s.Say(r.Context(), in.PhoneNumberID, in.Customer, Inbound{
		Type: in.Type, Content: in.Content, Text: in.Text, ReplyTo: in.ReplyTo,
	})
	return struct {
		ID string `json:"id"`
	}{id}, err
}

type deliverCommand struct {
	PhoneNumberID string          `json:"phoneNumberId"`
	Body          json.RawMessage `json:"body"`
}

func (s *Sim) controlDeliver(r *http.Request, in deliverCommand) (any, error) {
	body, err := Wire(in.Body)
	if err != nil {
		return nil, err
	}
	status, err := s.Deliver(r.Context(), in.PhoneNumberID, body)
	return struct {
		Status int `json:"status"`
	}{status}, err
}

type resetCommand struct {
	PhoneNumberID string `json:"phoneNumberId"`
	Customer      string `json:"customer"`
}

func (s *Sim) controlHandshake(r *http.Request, in resetCommand) (any, error) {
	return success{true}, s.Shake(r.Context(), in.PhoneNumberID)
}

type faultCommand struct {
	Times      int    `json:"times"`
	Code       int    `json:"code"`
	Status     int    `json:"status"`
	RetryAfter int    `json:"retryAfter"` // seconds
	Hang       bool   `json:"hang"`
	Reset      bool   `json:"reset"`
	Lost       bool   `json:"lost"`
	Later      int    `json:"later"`
	Drip       int    `json:"drip"` // milliseconds
	Number     string `json:"number"`
	Customer   string `json:"customer"`
	Reads      bool   `json:"reads"`
	Files      string `json:"files"`
	Slow       int    `json:"slow"` // milliseconds
	CutOff     bool   `json:"cutOff"`
	WrongBytes bool   `json:"wrongBytes"`
}

func (s *Sim) controlFault(_ *http.Request, in faultCommand) (any, error) {
	s.FailNext(in.Times, Fault{
		Code: in.Code, Status: in.Status, RetryAfter: time.Duration(in.RetryAfter) * time.Second, Hang: in.Hang,
		Reset: in.Reset, Lost: in.Lost, Later: in.Later, Drip: time.Duration(in.Drip) * time.Millisecond,
		PhoneNumberID: in.Number, Customer: in.Customer, Reads: in.Reads,
		Files: FileStep(in.Files), Slow: time.Duration(in.Slow) * time.Millisecond, CutOff: in.CutOff, WrongBytes: in.WrongBytes,
	})
	return success{true}, nil
}

type mischiefCommand struct {
	Withhold      bool `json:"withhold"`
	Double        bool `json:"double"`
	Shuffle       bool `json:"shuffle"`
	EarlyStatuses bool `json:"earlyStatuses"`
	NoStatuses    bool `json:"noStatuses"`
	WindowAtOnce  bool `json:"windowAtOnce"`
	Batch         int  `json:"batch"`
}
