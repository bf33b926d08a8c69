package whatsapp

import (
	"cmp"
	"strings"
	"time"
)

// Severity is how much a notice matters.
type Severity string

// The severities.
const (
	Info     Severity = "info"
	Warning  Severity = "warning"
	Critical Severity = "critical" // messages do not go out, or soon will not
)

// Notice is what Meta tells the owner of an account, a number or a template, in plain words.
type Notice struct {
	Kind         string // Meta's word: ACCOUNT_RESTRICTION, REJECTED, PIN_CHANGED, …
	Severity     Severity
	Subject      string // what it is about: a template's name, a number; "" is the account
	Words        string // what happened, and what follows from it
	DisplayPhone string // digits, when it is about a number
	At           time.Time
}

// noticeValue are the values of all fields that tell the owner something; each uses a few.
type noticeValue struct {
	Event    looseText `json:"event"`
	Decision looseText `json:"decision"`
	Phone    looseText `json:"display_phone_number"`
	Reason   looseText `json:"reason"`
	Ban      *struct {
		State looseText `json:"waba_ban_state"`
		Date  looseText `json:"waba_ban_date"`
	} `json:"ban_info"`
	Restrictions []struct {
		Type    looseText `json:"restriction_type"`
		Expires looseTime `json:"expiration"`
	} `json:"restriction_info"`
	Violation *struct {
		Type looseText `json:"violation_type"`
	} `json:"violation_info"`
	Alert *struct {
		Severity    looseText `json:"alert_severity"`
		Status      looseText `json:"alert_status"`
		Type        looseText `json:"alert_type"`
		Description looseText `json:"alert_description"`
	} `json:"alert_info"`
	Template  looseText `json:"message_template_name"`
	Language  looseText `json:"message_template_language"`
	Rejection *struct {
		Reason         looseText `json:"reason"`
		Recommendation looseText `json:"recommendation"`
	} `json:"rejection_info"`
	PreviousQuality  looseText `json:"previous_quality_score"`
	NewQuality       looseText `json:"new_quality_score"`
	PreviousCategory looseText `json:"previous_category"`
	NewCategory      looseText `json:"new_category"`
	CorrectCategory  looseText `json:"correct_category"`
	DailyLimit       looseText `json:"max_daily_conversations_per_business"`
	CurrentLimit     looseText `json:"current_limit"`
	Name             looseText `json:"requested_verified_name"`
	RejectionReason  looseText `json:"rejection_reason"`
}

// Notice reads what a change tells the owner; false when it tells nothing of that kind.
func (c Change) Notice() (Notice, bool) {
	var v noticeValue
	if len(c.Raw) == 0 || fill(c.Raw, &v) != nil {
		return Notice{}, false
	}
	n := Notice{Kind: string(v.Event), Severity: Info, DisplayPhone: digits(string(v.Phone)), At: c.At}
	switch c.Field {
	case "account_update":
		v.account(&n)
	case "account_review_update":
		n.Kind = string(v.Decision)
		n.Words = "Meta reviewed the WhatsApp account: " + lower(v.Decision) + "."
		if v.Decision != "APPROVED" {
			n.Severity, n.Words = Critical, n.Words+" Until it is approved, the account cannot be used."
		}
	case "account_alerts":
		v.alert(&n)
	case "message_template_status_update", "message_template_quality_update", "template_category_update",
		"message_template_components_update":
		v.template(&n)
	case "phone_number_quality_update", "phone_number_name_update", "security":
		n.Subject = oneLine(v.Phone)
		v.number(&n, c.Field)
	case "business_capability_update":
		n.Kind, n.Words = "LIMIT", "The messaging limit of the business is now "+lower(v.DailyLimit)+" customers a day."
	default:
		return c.problemNotice()
	}
	if n.Kind == "" {
		n.Kind = "UPDATE"
	}
	return n, true
}

// problemNotice is an error of a number or of the app, which comes beside no message.
func (c Change) problemNotice() (Notice, bool) {
	if len(c.Errors) == 0 || len(c.Messages)+len(c.Echoes)+len(c.Statuses)+len(c.Calls)+len(c.History) > 0 {
		return Notice{}, false
	}
	p := c.Errors[0]
	title, todo := Explain(p.Code)
	if title == "" {
		title = p.Text()
	}
	return Notice{Kind: "ERROR", Severity: Warning, Words: joined(" ", title, todo), DisplayPhone: c.DisplayPhone, At: c.At}, true
}

func (v noticeValue) account(n *Notice) {
	switch v.Event {
	case "DISABLED_UPDATE":
		n.Severity, n.Words = Critical, "Meta has disabled the WhatsApp account: nothing is sent."
		if v.Ban != nil {
			switch v.Ban.State {
			case "REINSTATE":
				n.Severity, n.Words = Info, "Meta has reinstated the WhatsApp account."
			case "SCHEDULE_FOR_DISABLE":
				n.Words = "Meta is going to disable the WhatsApp account on " + oneLine(v.Ban.Date) + "."
			}
		}
	case "ACCOUNT_RESTRICTION":
		n.Severity = Warning
		n.Words = v.restrictions(&n.Severity)
	case "ACCOUNT_VIOLATION":
		n.Severity, n.Words = Critical, "Meta says that the account broke a policy."
		if v.Violation != nil {
			n.Words = "Meta says that the account broke a policy: " + lower(v.Violation.Type) + "."
		}
	case "ACCOUNT_DELETED":
		n.Severity, n.Words = Critical, "The WhatsApp account was deleted."
	case "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "ACCOUNT_OFFBOARDED":
		n.Severity, n.Words = Critical, "The WhatsApp account was disconnected from this app: nothing is received or sent."
	default:
		n.Words = "Meta changed something about the WhatsApp account: " + lower(v.Event) + "."
	}
	if n.Severity == Critical {
		n.Words += " Look at Meta's Business Support Home for the reason and what can be done."
	}
}

func (v noticeValue) restrictions(severity *Severity) string {
	words := []string{"Meta has restricted the WhatsApp account."}
	for _, r := range v.Restrictions {
		what := "It may not do this for now: " + lower(r.Type) + "."
		switch r.Type {
		case "RESTRICTED_BIZ_INITIATED_MESSAGING":
			what = "No templates can be sent."
		case "RESTRICTED_CUSTOMER_INITIATED_MESSAGING":
			what, *severity = "No replies can be sent either.", Critical
		case "RESTRICTED_UTILITY_TEMPLATES":
			what = "No utility templates can be sent."
		case "RESTRICTED_ADD_PHONE_NUMBER_ACTION":
			what = "No numbers can be added."
		}
		if !r.Expires.IsZero() {
			what += " Until " + r.Expires.UTC().Format("2 January 2006, 15:04 UTC") + "."
		}
		words = append(words, what)
	}
	return strings.Join(words, " ")
}

func (v noticeValue) alert(n *Notice) {
	if v.Alert == nil {
		n.Words = "Meta has an alert about the account."
		return
	}
	n.Kind, n.Words = string(v.Alert.Type), oneLine(v.Alert.Description)
	if n.Words == "" {
		n.Words = lower(v.Alert.Type)
	}
	switch v.Alert.Severity {
	case "CRITICAL":
		n.Severity = Critical
	case "WARNING":
		n.Severity = Warning
	}
}

func (v noticeValue) template(n *Notice) {
	n.Subject = joined(" ", oneLine(v.Template), "("+strings.ReplaceAll(oneLine(v.Language), "-", "_")+")")
	switch {
	case v.NewQuality != "":
		n.Kind = "QUALITY"
		n.Words = "The template's quality went from " + lower(v.PreviousQuality) + " to " + lower(v.NewQuality) + "."
		if v.NewQuality == "YELLOW" || v.NewQuality == "RED" {
			n.Severity, n.Words = Warning, n.Words+" When it falls further, Meta pauses it."
		}
	case v.CorrectCategory != "":
		n.Kind, n.Severity = "CATEGORY", Warning
		n.Words = "Meta is going to move the template from " + lower(v.NewCategory) + " to " + lower(v.CorrectCategory) +
			": its price changes with that."
	case v.NewCategory != "":
		n.Kind, n.Severity = "CATEGORY", Warning
		n.Words = "Meta moved the template from " + lower(v.PreviousCategory) + " to " + lower(v.NewCategory) +
			": its price changes with that."
	case v.Event == "":
		n.Kind, n.Words = "EDITED", "The template was edited."
	default:
		v.templateStatus(n)
	}
}

func (v noticeValue) templateStatus(n *Notice) {
	n.Words = "The template is " + lower(v.Event) + "."
	switch v.Event {
	case "APPROVED", "REINSTATED":
		n.Words += " It can be sent."
	case "REJECTED", "DISABLED", "PAUSED", "FLAGGED", "LIMIT_EXCEEDED", "LOCKED":
		n.Severity = Warning
	}
	if v.Reason != "" && v.Reason != "NONE" {
		n.Words += " Meta's reason: " + lower(v.Reason) + "."
	}
	if v.Rejection != nil {
		n.Words = joined(" ", n.Words, oneLine(v.Rejection.Reason), oneLine(v.Rejection.Recommendation))
	}
}

func (v noticeValue) number(n *Notice, field string) {
	switch field {
	case "security":
		n.Severity = Warning
		switch v.Event {
		case "PIN_CHANGED":
			n.Words = "Somebody changed the number's two-step PIN. If it was nobody of yours, change it back and check who has access."
		default:
			n.Words = "Somebody asked to reset the number's two-step PIN. If it was nobody of yours, check who has access."
		}
	case "phone_number_name_update":
		n.Kind = string(v.Decision)
		n.Words = "The display name “" + oneLine(v.Name) + "” is " + lower(v.Decision) + "."
		if v.Decision != "APPROVED" {
			n.Severity = Warning
		}
		if v.RejectionReason != "" {
			n.Words += " Meta's reason: " + lower(v.RejectionReason) + "."
		}
	default:
		n.Words = "The number's limits changed: " + lower(v.Event) + "."
		if v.Event == "DOWNGRADE" || v.Event == "FLAGGED" {
			n.Severity = Warning
		}
		if limit := cmp.Or(v.DailyLimit, v.CurrentLimit); limit != "" {
			n.Words += " It is now " + lower(limit) + "."
		}
	}
}

// lower makes a word of Meta's constants readable.
func lower(t looseText) string {
	if t == "" {
		return "unknown"
	}
	return strings.ToLower(strings.ReplaceAll(oneLine(t), "_", " "))
}
