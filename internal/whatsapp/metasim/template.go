package metasim

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// template is a text Meta approves. Here it is approved as soon as it was told to be, by its name: one that holds
// "reject" is rejected.
type template struct {
	id, account, name, language, category, status string
	components                                    json.RawMessage
	variables                                     int
}

type templateNode struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Language   string          `json:"language"`
	Status     string          `json:"status"`
	Category   string          `json:"category"`
	Components json.RawMessage `json:"components,omitempty"`
}

func (t *template) node() templateNode {
	return templateNode{t.id, t.name, t.language, t.status, t.category, t.components}
}

// templateSend is a template as it is sent.
type templateSend struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Type string `json:"type"`
			Text string `json:"text"`
		} `json:"parameters"`
	} `json:"components"`
}

// body are the values for the body's variables.
func (t *templateSend) body() (values []string) {
	for _, c := range t.Components {
		if strings.EqualFold(c.Type, "body") {
			for _, p := range c.Parameters {
				values = append(values, p.Text)
			}
		}
	}
	return values
}

func (t *templateSend) said() string {
	return strings.Join(append([]string{t.Name}, t.body()...), " · ")
}

func (s *Sim) validTemplate(t *templateSend) *graphError {
	if t == nil || t.Name == "" || t.Language.Code == "" {
		return refuse(131008, "A template needs name and language.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, known := range s.templates {
		if known.name != t.Name || known.language != t.Language.Code {
			continue
		}
		switch {
		case known.status == "PAUSED":
			return refuse(132015, "The template is paused.")
		case known.status == "DISABLED":
			return refuse(132016, "The template is disabled.")
		case known.status != "APPROVED":
			return refuse(132001, "template name ("+t.Name+") is not approved")
		case len(t.body()) != known.variables:
			return refuse(132000, "body: number of parameters ("+strconv.Itoa(len(t.body()))+
				") does not match the expected number ("+strconv.Itoa(known.variables)+")")
		}
		return nil
	}
	return refuse(132001, "template name ("+t.Name+") does not exist in "+t.Language.Code)
}

func (s *Sim) templateEdges(on func(string, func(http.ResponseWriter, *http.Request, access))) {
	on("GET {id}/message_templates", s.listTemplates)
	on("POST {id}/message_templates", s.createTemplate)
	on("DELETE {id}/message_templates", s.deleteTemplates)
}

var (
	templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)       //nolint:gochecknoglobals // a pattern
	variable     = regexp.MustCompile(`\{\{\s*[a-z0-9_]+\s*\}\}`) //nolint:gochecknoglobals // a pattern
)

func (s *Sim) createTemplate(w http.ResponseWriter, r *http.Request, who access) {
	var in struct {
		Name       string          `json:"name"`
		Language   string          `json:"language"`
		Category   string          `json:"category"`
		Components json.RawMessage `json:"components"`
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	e := read(r, &in)
	if e == nil {
		e = decode(in.Components, &parts)
	}
	if e == nil && (!templateName.MatchString(in.Name) || in.Language == "" || len(parts) == 0) {
		e = refuse(100, "A template needs a name of a-z, 0-9 and _, a language and components.")
	}
	category := strings.ToUpper(in.Category)
	if e == nil && !slices.Contains([]string{"MARKETING", "UTILITY", "AUTHENTICATION"}, category) {
		e = refuse(100, "The category must be MARKETING, UTILITY or AUTHENTICATION.")
	}
	t := &template{
		account: r.PathValue("id"), name: in.Name, language: in.Language, category: category, status: "PENDING",
		components: in.Components,
	}
	for _, p := range parts {
		if strings.EqualFold(p.Type, "BODY") {
			t.variables = len(variable.FindAllString(p.Text, -1))
		}
	}
	s.mu.Lock()
	if e == nil {
		e = s.mayUse(t.account, who)
	}
	if e == nil {
		e = s.keepTemplate(t)
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	s.answer(w, struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Category string `json:"category"`
	}{t.id, "PENDING", t.category})
}

// maxTemplates is how many an account may have.
const maxTemplates = 250

// keepTemplate stores a template and lets its review follow. The lock is held.
func (s *Sim) keepTemplate(t *template) *graphError {
	count := 0
	for _, known := range s.templates {
		if known.account != t.account {
			continue
		}
		if count++; known.name == t.name && known.language == t.language {
			return refuse(100, "There is already a template of this name in this language.")
		}
	}
	if count >= maxTemplates {
		return refuse(2388019, "The account has too many templates.")
	}
	t.id = s.newID()
	s.templates[t.id] = t
	for _, n := range s.numbers {
		if n.AccountID == t.account {
			s.review(n, t)
			return nil
		}
	}
	return nil
}

// review decides about a template and reports it.
func (s *Sim) review(n *number, t *template) {
	id, _ := strconv.ParseInt(t.id, 10, 64)
	p := &parcel{phoneNumberID: n.PhoneNumberID, due: s.post.clock().Add(max(0, s.o.Pace.Delivered))}
	p.make = func(now time.Time) update {
		event, reason := "APPROVED", "NONE"
		if strings.Contains(t.name, "reject") {
			event, reason = "REJECTED", "INVALID_FORMAT"
		}
		t.status = event
		return update{account: t.account, at: now, field: "message_template_status_update", value: encode(templateNews{
			event, id, t.name, strings.ReplaceAll(t.language, "_", "-"), reason, t.category,
		})}
	}
	s.enqueue(p)
}

type templateNews struct {
	Event    string `json:"event"`
	ID       int64  `json:"message_template_id"`
	Name     string `json:"message_template_name"`
	Language string `json:"message_template_language"`
	Reason   string `json:"reason"`
	Category string `json:"message_template_category"`
}

func (s *Sim) listTemplates(w http.ResponseWriter, r *http.Request, who access) {
	list := struct {
		Data   []templateNode `json:"data"`
		Paging struct{}       `json:"paging"`
	}{Data: []templateNode{}}
	q, id := r.URL.Query(), r.PathValue("id")
	s.mu.Lock()
	e := s.mayUse(id, who)
	for _, t := range s.templates {
		fits := (q.Get("name") == "" || q.Get("name") == t.name) && (q.Get("status") == "" || q.Get("status") == t.status)
		if t.account == id && fits {
			list.Data = append(list.Data, t.node())
		}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	slices.SortFunc(list.Data, func(a, b templateNode) int { return strings.Compare(a.Name+a.Language, b.Name+b.Language) })
	s.answer(w, list)
}

func (s *Sim) deleteTemplates(w http.ResponseWriter, r *http.Request, who access) {
	account, name, one := r.PathValue("id"), r.URL.Query().Get("name"), r.URL.Query().Get("hsm_id")
	s.mu.Lock()
	e := s.mayUse(account, who)
	gone := 0
	for id, t := range s.templates {
		if e == nil && t.account == account && t.name == name && (one == "" || one == id) {
			delete(s.templates, id)
			gone++
		}
	}
	s.mu.Unlock()
	switch {
	case e != nil:
		s.answerError(w, e)
	case gone == 0:
		s.answerError(w, refuse(100, "There is no such template."))
	default:
		s.succeed(w)
	}
}

// newID is an id as Graph gives its objects. The lock is held.
func (s *Sim) newID() string {
	return strconv.FormatUint(500_000_000_000_000+s.rand.Uint64N(400_000_000_000_000), 10)
}
