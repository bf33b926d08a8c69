package metasim

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"time"
)

// setupEdges are the calls with which a business connects its number.
func (s *Sim) setupEdges(on func(string, func(http.ResponseWriter, *http.Request, access))) {
	on("GET debug_token", s.debugToken)
	on("GET {id}", s.node)
	on("POST {id}", s.setNode)
	on("GET {id}/phone_numbers", s.phoneNumbers)
	on("GET {id}/subscribed_apps", s.subscriptions)
	on("POST {id}/subscribed_apps", s.subscribe)
	on("DELETE {id}/subscribed_apps", s.unsubscribe)
	on("POST {id}/register", s.register)
	on("POST {id}/deregister", s.deregister)
	on("GET {id}/whatsapp_business_profile", s.readProfile)
	on("POST {id}/whatsapp_business_profile", s.writeProfile)
	on("POST {id}/subscriptions", s.appSubscription)
}

// numberNode is a number as Graph shows it. A field that was not asked for stays away.
type numberNode struct {
	ID           string          `json:"id"`
	Display      string          `json:"display_phone_number,omitempty"`
	Name         string          `json:"verified_name,omitempty"`
	Verification string          `json:"code_verification_status,omitempty"`
	Quality      string          `json:"quality_rating,omitempty"`
	Platform     string          `json:"platform_type,omitempty"`
	Throughput   *throughput     `json:"throughput,omitempty"`
	Status       string          `json:"status,omitempty"`
	NameStatus   string          `json:"name_status,omitempty"`
	Mode         string          `json:"account_mode,omitempty"`
	Limit        string          `json:"whatsapp_business_manager_messaging_limit,omitempty"`
	Webhook      *numberWebhooks `json:"webhook_configuration,omitempty"`
	Health       *health         `json:"health_status,omitempty"`
}

type throughput struct {
	Level string `json:"level"`
}

type numberWebhooks struct {
	Application string `json:"application,omitempty"`
	Number      string `json:"phone_number,omitempty"`
	Account     string `json:"whatsapp_business_account,omitempty"`
}

type health struct {
	CanSend  string         `json:"can_send_message"`
	Entities []healthEntity `json:"entities"`
}

type healthEntity struct {
	Type    string `json:"entity_type"`
	ID      string `json:"id"`
	CanSend string `json:"can_send_message"`
}

// shown is the number with the fields asked for; without any, Graph's own choice.
func (s *Sim) shown(n *number, fields string) numberNode {
	if fields == "" {
		fields = "display_phone_number,verified_name,code_verification_status,quality_rating,platform_type,throughput," +
			"webhook_configuration"
	}
	asked := strings.Split(fields, ",")
	full := numberNode{
		Display: n.DisplayPhone, Name: n.VerifiedName, Verification: "VERIFIED", Quality: "GREEN", Platform: "CLOUD_API",
		Throughput: &throughput{"STANDARD"}, Status: "CONNECTED", NameStatus: "APPROVED", Mode: "LIVE", Limit: "TIER_250",
		Webhook: &numberWebhooks{Application: n.WebhookURL, Number: n.override.URL}, Health: s.healthOf(n),
	}
	if a := s.accounts[n.AccountID]; a != nil {
		full.Webhook.Account = a.override.URL
	}
	if n.offline {
		full.Status = "DISCONNECTED"
	}
	has := func(name string) bool {
		return slices.ContainsFunc(asked, func(f string) bool { return strings.TrimSpace(f) == name })
	}
	out := numberNode{ID: n.PhoneNumberID}
	for name, show := range map[string]func(){
		"display_phone_number":     func() { out.Display = full.Display },
		"verified_name":            func() { out.Name = full.Name },
		"code_verification_status": func() { out.Verification = full.Verification },
		"quality_rating":           func() { out.Quality = full.Quality },
		"platform_type":            func() { out.Platform = full.Platform },
		"throughput":               func() { out.Throughput = full.Throughput },
		"status":                   func() { out.Status = full.Status },
		"name_status":              func() { out.NameStatus = full.NameStatus },
		"account_mode":             func() { out.Mode = full.Mode },
		"whatsapp_business_manager_messaging_limit": func() { out.Limit = full.Limit },
		"webhook_configuration":                     func() { out.Webhook = full.Webhook },
		"health_status":                             func() { out.Health = full.Health },
	} {
		if has(name) {
			show()
		}
	}
	return out
}

func (s *Sim) healthOf(n *number) *health {
	can := "AVAILABLE"
	if n.offline {
		can = "BLOCKED"
	}
	return &health{CanSend: can, Entities: []healthEntity{
		{"PHONE_NUMBER", n.PhoneNumberID, can}, {"WABA", n.AccountID, "AVAILABLE"}, {"APP", s.o.AppID, "AVAILABLE"},
	}}
}

// accountNode is a WhatsApp business account as Graph shows it.
type accountNode struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Currency string  `json:"currency"`
	Zone     string  `json:"timezone_id"`
	Review   string  `json:"account_review_status"`
	Health   *health `json:"health_status,omitempty"`
}

// node reads a number, an account, a template or a file.
func (s *Sim) node(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	s.mu.Lock()
	var found any
	e := missing(id)
	switch n, a := s.numbers[id], s.accounts[id]; {
	case n != nil:
		if _, e = s.number(id, who); e == nil {
			found = s.shown(n, r.URL.Query().Get("fields"))
		}
	case a != nil:
		if e = s.mayUse(id, who); e == nil {
			found = accountNode{ID: id, Name: "Demo", Currency: "EUR", Zone: "1", Review: "APPROVED"}
		}
	case s.templates[id] != nil:
		if e = s.mayUse(s.templates[id].account, who); e == nil {
			found = s.templates[id].node()
		}
	case s.media[id] != nil:
		found, e = s.fileNode(r, id, who)
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.answer(w, found)
}

// mayUse reports whether a token may use an account: it is the token of one of its numbers. The lock is held.
func (s *Sim) mayUse(accountID string, who access) *graphError {
	if s.accounts[accountID] == nil {
		return missing(accountID)
	}
	for _, n := range s.numbers {
		if n.AccountID == accountID && n.Token == who.token {
			return nil
		}
	}
	return refuse(200, "The token may not act for this account.")
}

// setNode sets a number's PIN or the address of its webhooks, after a handshake with it; of a template its parts.
func (s *Sim) setNode(w http.ResponseWriter, r *http.Request, who access) {
	var in struct {
		Pin     string    `json:"pin"`
		Webhook *override `json:"webhook_configuration"`
	}
	e := read(r, &in)
	id := r.PathValue("id")
	s.mu.Lock()
	if e == nil {
		_, e = s.number(id, who)
	}
	s.mu.Unlock()
	if e == nil && in.Webhook != nil {
		e = s.tried(r, *in.Webhook)
	}
	if e == nil && in.Pin != "" && !isPin(in.Pin) {
		e = refuse(133005, "A PIN has six digits.")
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.mu.Lock()
	if n := s.numbers[id]; n != nil {
		if in.Webhook != nil {
			n.override = *in.Webhook
		}
		if in.Pin != "" {
			n.pin = in.Pin
		}
	}
	s.mu.Unlock()
	s.succeed(w)
}

// tried does the handshake with an address that is to be set; none is always right.
func (s *Sim) tried(r *http.Request, o override) *graphError {
	if o.URL == "" {
		return nil
	}
	if len(o.URL) > 200 {
		return refuse(100, "A callback URL has at most 200 characters.")
	}
	if err := s.shake(r.Context(), o.URL, o.Token); err != nil {
		return refuse(2200, err.Error())
	}
	return nil
}

func (s *Sim) phoneNumbers(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	list := struct {
		Data []numberNode `json:"data"`
	}{Data: []numberNode{}}
	s.mu.Lock()
	e := s.mayUse(id, who)
	if e == nil {
		for _, n := range s.numbers {
			if n.AccountID == id {
				list.Data = append(list.Data, s.shown(n, r.URL.Query().Get("fields")))
			}
		}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	slices.SortFunc(list.Data, func(a, b numberNode) int { return strings.Compare(a.ID, b.ID) })
	s.answer(w, list)
}

type subscribedApp struct {
	App struct {
		ID   string `json:"id"`
		Name string `json:"name"`
		Link string `json:"link"`
	} `json:"whatsapp_business_api_data"`
	Override string `json:"override_callback_uri,omitempty"`
}

func (s *Sim) subscriptions(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	list := struct {
		Data []subscribedApp `json:"data"`
	}{Data: []subscribedApp{}}
	s.mu.Lock()
	e := s.mayUse(id, who)
	if e == nil && s.accounts[id].subscribed {
		app := subscribedApp{Override: s.accounts[id].override.URL}
		app.App.ID, app.App.Name = s.o.AppID, "metasim"
		list.Data = append(list.Data, app)
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.answer(w, list)
}

// subscribe connects the app to an account. An empty body takes an override away.
func (s *Sim) subscribe(w http.ResponseWriter, r *http.Request, who access) {
	id := r.PathValue("id")
	var in override
	e := read(r, &in)
	s.mu.Lock()
	if e == nil {
		e = s.mayUse(id, who)
	}
	s.mu.Unlock()
	if e == nil {
		e = s.tried(r, in)
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.mu.Lock()
	if a := s.accounts[id]; a != nil {
		a.subscribed, a.override = true, in
	}
	s.mu.Unlock()
	s.succeed(w)
}

func (s *Sim) unsubscribe(w http.ResponseWriter, r *http.Request, who access) {
	s.mu.Lock()
	e := s.mayUse(r.PathValue("id"), who)
	if e == nil {
		a := s.accounts[r.PathValue("id")]
		a.subscribed, a.override = false, override{}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.succeed(w)
}

// appSubscription sets the app's address of webhooks, with the app's own token: it is that of all numbers.
func (s *Sim) appSubscription(w http.ResponseWriter, r *http.Request, who access) {
	if !who.app || r.PathValue("id") != s.o.AppID {
		s.answerError(w, refuse(15, "(#15) This method must be called with an app access_token."))
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	o := override{URL: r.FormValue("callback_url"), Token: r.FormValue("verify_token")}
	if r.FormValue("object") != "whatsapp_business_account" || o.URL == "" {
		s.answerError(w, refuse(100, "object must be whatsapp_business_account, and callback_url is required."))
		return
	}
	if e := s.tried(r, o); e != nil {
		s.answerError(w, e)
		return
	}
	s.mu.Lock()
	for _, n := range s.numbers {
		n.WebhookURL, n.VerifyToken = o.URL, o.Token
	}
	s.mu.Unlock()
	s.succeed(w)
}

// Register limits: so many times in so long.
const (
	maxRegisters  = 10
	registersSpan = 72 * time.Hour
)

func (s *Sim) register(w http.ResponseWriter, r *http.Request, who access) {
	var in struct {
		Product string `json:"messaging_product"`
		Pin     string `json:"pin"`
	}
	e := read(r, &in)
	s.mu.Lock()
	var n *number
	if e == nil {
		n, e = s.number(r.PathValue("id"), who)
	}
	if e == nil {
		e = s.registerNumber(n, in.Product, in.Pin)
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.succeed(w)
}

func (s *Sim) registerNumber(n *number, product, pin string) *graphError {
	now := s.o.Now()
	n.registers = slices.DeleteFunc(n.registers, func(at time.Time) bool { return now.Sub(at) >= registersSpan })
	switch {
	case product != "whatsapp" || !isPin(pin):
		return refuse(100, "messaging_product and a pin of six digits are required.")
	case len(n.registers) >= maxRegisters:
		return refuse(133016, "Wait 72 hours.")
	}
	n.registers = append(n.registers, now)
	if subtle.ConstantTimeCompare([]byte(n.pin), []byte(pin)) != 1 {
		return refuse(133005, "The PIN is wrong.")
	}
	n.offline = false
	return nil
}

func (s *Sim) deregister(w http.ResponseWriter, r *http.Request, who access) {
	s.mu.Lock()
	n, e := s.number(r.PathValue("id"), who)
	if e == nil {
		n.offline = true
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.succeed(w)
}

func isPin(pin string) bool { return len(pin) == 6 && digitsOf(pin) == pin }

// profile is what customers see of the business.
type profile struct {
	Product     string   `json:"messaging_product"`
	About       string   `json:"about,omitempty"`
	Address     string   `json:"address,omitempty"`
	Description string   `json:"description,omitempty"`
	Email       string   `json:"email,omitempty"`
	Websites    []string `json:"websites,omitempty"`
	Vertical    string   `json:"vertical,omitempty"`
}

func (s *Sim) readProfile(w http.ResponseWriter, r *http.Request, who access) {
	list := struct {
		Data []profile `json:"data"`
	}{}
	s.mu.Lock()
	n, e := s.number(r.PathValue("id"), who)
	if e == nil {
		p := n.profile
		p.Product = "whatsapp"
		list.Data = []profile{p}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.answer(w, list)
}

func (s *Sim) writeProfile(w http.ResponseWriter, r *http.Request, who access) {
	s.mu.Lock()
	n, e := s.number(r.PathValue("id"), who)
	var p profile
	if e == nil {
		p = n.profile
	}
	s.mu.Unlock()
	if e == nil {
		e = read(r, &p)
	}
	if e == nil && p.Product != "whatsapp" {
		e = refuse(100, `The parameter messaging_product must be "whatsapp".`)
	}
	if e == nil {
		e = p.valid()
	}
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.mu.Lock()
	n.profile = p
	s.mu.Unlock()
	s.succeed(w)
}

func (p profile) valid() *graphError {
	long := length(p.About) > 139 || length(p.Address) > 256 || length(p.Description) > 512 || length(p.Email) > 128 ||
		len(p.Websites) > 2
	for _, site := range p.Websites {
		long = long || length(site) > 256
	}
	if long {
		return refuse(100, "A field of the profile is too long.")
	}
	return nil
}

// tokenData is what debug_token says.
type tokenData struct {
	App      string      `json:"app_id"`
	Type     string      `json:"type,omitempty"`
	Name     string      `json:"application,omitempty"`
	Valid    bool        `json:"is_valid"`
	Expires  int64       `json:"expires_at"`
	Scopes   []string    `json:"scopes"`
	Granular []scope     `json:"granular_scopes,omitempty"`
	Error    *tokenError `json:"error,omitempty"`
}

type scope struct {
	Scope   string   `json:"scope"`
	Targets []string `json:"target_ids"`
}

type tokenError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Subcode int    `json:"subcode,omitempty"`
}

func (s *Sim) debugToken(w http.ResponseWriter, r *http.Request, _ access) {
	token := r.URL.Query().Get("input_token")
	d := tokenData{App: s.o.AppID, Scopes: []string{}}
	if token == "" {
		s.answerError(w, refuse(100, "The parameter input_token is required"))
		return
	}
	if s.knownToken(token) {
		d.Valid, d.Type, d.Name = true, "SYSTEM_USER", "metasim"
		d.Scopes = []string{"whatsapp_business_management", "whatsapp_business_messaging", "public_profile"}
		targets := s.accountsOf(token)
		d.Granular = []scope{{d.Scopes[0], targets}, {d.Scopes[1], targets}}
	} else {
		d.Error = &tokenError{190, "Invalid OAuth access token.", 467}
	}
	s.answer(w, struct {
		Data tokenData `json:"data"`
	}{d})
}

func (s *Sim) accountsOf(token string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []string{}
	for _, n := range s.numbers {
		if n.Token == token && !slices.Contains(all, n.AccountID) {
			all = append(all, n.AccountID)
		}
	}
	slices.Sort(all)
	return all
}
