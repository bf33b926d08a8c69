package metasim

import (
	"encoding/base64"
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
	id, account, name, language, category, status, reason string
	named                                                 bool
	components                                            json.RawMessage
	parts                                                 []templatePart
}

// templatePart is what of a component a send is checked against.
type templatePart struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Text    string `json:"text"`
	Buttons []struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	} `json:"buttons"`
}

type templateNode struct {
	ID         string           `json:"id"`
	Name       string           `json:"name"`
	Language   string           `json:"language"`
	Status     string           `json:"status"`
	Category   string           `json:"category"`
	Format     string           `json:"parameter_format"`
	Rejected   string           `json:"rejected_reason,omitempty"`
	Quality    *templateQuality `json:"quality_score,omitempty"`
	Components json.RawMessage  `json:"components,omitempty"`
}

type templateQuality struct {
	Score string `json:"score"`
}

func (t *template) node() templateNode {
	n := templateNode{
		ID: t.id, Name: t.name, Language: t.language, Status: t.status, Category: t.category, Format: "POSITIONAL",
		Rejected: t.reason, Quality: &templateQuality{"UNKNOWN"}, Components: t.components,
	}
	if t.named {
		n.Format = "NAMED"
	}
	return n
}

// part is a component by its type, empty when there is none.
func (t *template) part(kind string) (p templatePart) {
	for _, p := range t.parts {
		if strings.EqualFold(p.Type, kind) {
			return p
		}
	}
	return p
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
	var in newTemplate
	e := read(r, &in)
	var t *template
	if e == nil {
		t, e = in.template(r.PathValue("id"))
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

// newTemplate is a template as it is handed in.
type newTemplate struct {
	Name       string          `json:"name"`
	Language   string          `json:"language"`
	Category   string          `json:"category"`
	Format     string          `json:"parameter_format"`
	Components json.RawMessage `json:"components"`
}

func (in newTemplate) template(account string) (*template, *graphError) {
	t := &template{
		account: account, name: in.Name, language: in.Language, category: strings.ToUpper(in.Category), status: "PENDING",
		named: strings.EqualFold(in.Format, "NAMED"), components: in.Components,
	}
	if e := decode(in.Components, &t.parts); e != nil {
		return nil, e
	}
	switch {
	case !templateName.MatchString(in.Name) || in.Language == "" || len(t.parts) == 0:
		return nil, refuse(100, "A template needs a name of a-z, 0-9 and _, a language and components.")
	case !slices.Contains([]string{"MARKETING", "UTILITY", "AUTHENTICATION"}, t.category):
		return nil, refuse(100, "The category must be MARKETING, UTILITY or AUTHENTICATION.")
	}
	return t, nil
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
		if t.status = event; event == "REJECTED" {
			t.reason = reason
		}
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

// templatesAtOnce is how many a list holds when nobody asks for another number.
const templatesAtOnce = 25

func (s *Sim) listTemplates(w http.ResponseWriter, r *http.Request, who access) {
	q, id := r.URL.Query(), r.PathValue("id")
	var all []templateNode
	s.mu.Lock()
	e := s.mayUse(id, who)
	for _, t := range s.templates {
		fits := (q.Get("name") == "" || q.Get("name") == t.name) && (q.Get("status") == "" || q.Get("status") == t.status)
		if t.account == id && fits {
			all = append(all, t.node())
		}
	}
	s.mu.Unlock()
	if e != nil {
		s.answerError(w, e)
		return
	}
	slices.SortFunc(all, func(a, b templateNode) int { return strings.Compare(a.Name+a.Language, b.Name+b.Language) })
	s.answer(w, pageOf(r, all))
}

type templateList struct {
	Data   []templateNode `json:"data"`
	Paging *paging        `json:"paging,omitempty"`
}

type paging struct {
	Cursors cursors `json:"cursors"`
	Next    string  `json:"next,omitempty"`
}

type cursors struct {
	Before string `json:"before"`
	After  string `json:"after"`
}

// pageOf is the part of a list that limit and after ask for. A cursor is a place in the list, in Graph's clothes.
func pageOf(r *http.Request, all []templateNode) templateList {
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	if err != nil || limit <= 0 {
		limit = templatesAtOnce
	}
	from := 0
	if raw, err := base64.RawURLEncoding.DecodeString(q.Get("after")); err == nil {
		from, _ = strconv.Atoi(string(raw)) // what is no cursor of ours begins anew
	}
	from = min(max(from, 0), len(all))
	to := min(from+limit, len(all))
	list := templateList{Data: append([]templateNode{}, all[from:to]...)}
	if from == to {
		return list
	}
	cursor := func(at int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(at))) }
	list.Paging = &paging{Cursors: cursors{Before: cursor(from), After: cursor(to)}}
	if to < len(all) {
		q.Set("after", cursor(to))
		list.Paging.Next = "http://" + r.Host + r.URL.Path + "?" + q.Encode()
	}
	return list
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
