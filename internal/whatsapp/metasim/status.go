package metasim

import (
	"strings"
	"time"
)

// allowance is how many service messages a number may deliver in a month before Meta charges for them.
const allowance = 1000

// report lets the statuses of a send follow: sent, delivered, read, one after the other, or failed. early is closed
// when the first was answered, when the switch asks for that. The lock is held.
func (s *Sim) report(n *number, c *customer, l Line, failure int) (early <-chan struct{}) {
	if s.mischief.NoStatuses {
		return nil
	}
	var chain []*parcel
	for _, st := range s.stations(l.Kind, failure) {
		p := s.statusParcel(n, c, l, st.status, failure)
		p.due = s.post.clock().Add(st.after)
		chain = append(chain, p)
	}
	if len(chain) == 0 {
		return nil
	}
	if s.mischief.EarlyStatuses {
		chain[0].due = s.post.clock()
		chain[0].first = make(chan struct{})
		early = chain[0].first
	}
	if s.mischief.Shuffle {
		for _, p := range chain {
			s.enqueue(p)
		}
		return early
	}
	for i, p := range chain[1:] {
		chain[i].next = p
	}
	s.post.chained += len(chain) - 1
	s.enqueue(chain[0])
	return early
}

type station struct {
	status string
	after  time.Duration
}

func (s *Sim) stations(kind string, failure int) []station {
	pace := s.o.Pace
	if failure != 0 {
		return []station{{"failed", max(0, pace.Sent)}}
	}
	all := []station{{"sent", pace.Sent}, {"delivered", pace.Delivered}, {"read", pace.Read}}
	if kind == "reaction" {
		all = all[:1]
	}
	var wanted []station
	for _, st := range all {
		if st.after >= 0 {
			wanted = append(wanted, st)
		}
	}
	return wanted
}

// statusParcel is one status on its way. It happens on the phone when it first leaves.
func (s *Sim) statusParcel(n *number, c *customer, l Line, status string, failure int) *parcel {
	id, key := n.PhoneNumberID, c.Key()
	p := &parcel{phoneNumberID: id, customer: key}
	p.make = func(now time.Time) update {
		st := hookStatus{
			ID: l.ID, Status: status, At: stamp(now), WaID: c.WaID, UserID: c.BSUID, Callback: l.CallbackData,
		}
		v := hookValue{Product: "whatsapp", Metadata: n.metadata()}
		if status == "failed" {
			st.Errors, st.UserID = []hookError{problem(failure)}, ""
			if c.WaID == "" {
				st.UserID = c.BSUID
			}
		} else {
			v.Contacts = []hookContact{contactOf(c.Customer)}
			st.Pricing = s.price(n, l, status, now)
		}
		v.Statuses = []hookStatus{st}
		if line := c.line(l.ID); line != nil && line.advance(status) && status == "failed" {
			line.ErrorCode = failure
		}
		return update{account: n.AccountID, field: "messages", value: encode(v)}
	}
	return p
}

// price is what Meta says of the money: on sent and on delivered. Beyond the month's allowance it charges.
func (s *Sim) price(n *number, l Line, status string, now time.Time) *hookPricing {
	p := &hookPricing{Model: "PMP", Type: "free_customer_service", Category: "service"}
	if l.Kind == "template" {
		p.Billable, p.Type, p.Category = true, "regular", "utility"
		return p
	}
	month := now.UTC().Format("2006-01")
	if status == "delivered" {
		n.months[month]++
		for old := range n.months {
			if old < month {
				delete(n.months, old)
			}
		}
	} else if status != "sent" {
		return nil
	}
	if n.months[month] > allowance {
		p.Billable, p.Type = true, "regular"
	}
	return p
}

// Billable is how many service messages a number delivered in the month of now, and how many of them Meta would charge.
func (s *Sim) Billable(phoneNumberID string) (delivered, charged int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.numbers[phoneNumberID]; n != nil {
		delivered = n.months[s.o.Now().UTC().Format("2006-01")]
	}
	return delivered, max(0, delivered-allowance)
}

func problem(code int) hookError {
	e := hookError{Code: code, Title: refusals[code].title}
	if e.Title == "" {
		e.Title = "Something went wrong"
	}
	e.Title = strings.TrimSpace(e.Title)
	e.Message = e.Title
	e.Data.Details = failureDetails(code)
	e.Href = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"
	return e
}

func failureDetails(code int) string {
	switch code {
	case 131047:
		return "Message failed to send because more than 24 hours have passed since the customer last replied to this number."
	case 131026:
		return "Message Undeliverable."
	}
	return refusals[code].title
}
