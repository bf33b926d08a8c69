package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/report"
)

// Report is what happened in a range of days, beside as many days before.
type Report struct {
	From     string         `json:"from"`
	To       string         `json:"to"`
	TimeZone string         `json:"timeZone"`
	Totals   ReportTotals   `json:"totals"`
	Before   ReportTotals   `json:"before" doc:"Of as many days right before."`
	Days     []ReportDay    `json:"days"`
	HandOffs []ReportReason `json:"handOffs" doc:"Why the AI gave conversations to people, the most frequent first."`
	Hours    [][]int64      `json:"hours" doc:"Messages of customers, by weekday from Monday and hour of the day."`
	Sampled  bool           `json:"sampled" doc:"Who answered, and when, is of the newest 20,000 conversations only."`
}

// ReportTotals are the numbers of a whole range.
type ReportTotals struct {
	Customer      int64         `json:"customer" doc:"Messages of customers."`
	AI            int64         `json:"ai"`
	People        int64         `json:"people"`
	Opened        int64         `json:"opened" doc:"Conversations that began."`
	Closed        int64         `json:"closed"`
	AIAlone       int64         `json:"aiAlone" doc:"Conversations that began and that the AI answered alone."`
	WithPerson    int64         `json:"withPerson"`
	Unanswered    int64         `json:"unanswered"`
	HandedOff     int64         `json:"handedOff"`
	FirstByAI     ReportAnswers `json:"firstByAI" doc:"First answers that the AI gave."`
	FirstByPeople ReportAnswers `json:"firstByPeople"`
}

// ReportAnswers are how long customers waited.
type ReportAnswers struct {
	Count    int64 `json:"count"`
	MedianMs int64 `json:"medianMs"`
	P90Ms    int64 `json:"p90Ms"`
}

// ReportDay is what happened on a day.
type ReportDay struct {
	Date     string `json:"date"`
	Customer int64  `json:"customer"`
	AI       int64  `json:"ai"`
	People   int64  `json:"people"`
	Opened   int64  `json:"opened"`
	Closed   int64  `json:"closed"`
}

// ReportReason is a reason of hand-offs.
type ReportReason struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// ReportedConversation is a conversation that is counted in a number.
type ReportedConversation struct {
	ConversationID string       `json:"conversationId"`
	Episode        int64        `json:"episode"`
	Contact        ContactBrief `json:"contact"`
	At             db.Time      `json:"at"`
	Outcome        string       `json:"outcome"`
}

// ReportDays are the days of a report; exported for the reason Paging is.
type ReportDays struct {
	From string `query:"from" maxLength:"10" doc:"The first day, like 2026-11-01; four weeks before the last without it."`
	To   string `query:"to" maxLength:"10" doc:"The last day; today without it."`
}

type reportedConversations struct {
	Paging
	ReportDays
	Metric string `query:"metric" enum:"opened,closed,ai_alone,with_person,unanswered,handed_off" default:"opened"`
	Reason string `query:"reason" maxLength:"64" doc:"Of handed_off: one reason."`
}

func (s *Server) reportOperations() {
	handle(s, operation{
		id: "get-report", method: http.MethodGet, path: "/api/reports", tag: "Reports",
		summary: "Count what happened, up to 400 days", permission: actor.ReportsRead,
	}, s.getReport)
	handle(s, operation{
		id: "list-reported-conversations", method: http.MethodGet, path: "/api/reports/conversations", tag: "Reports",
		summary: "List the conversations behind a number, the newest first", permission: actor.ReportsRead,
	}, s.reportedConversations)
	handleStream(s, operation{
		id: "export-report", method: http.MethodGet, path: "/api/reports.csv", tag: "Reports",
		summary: "Take a report with you as CSV, a row a day", permission: actor.ReportsRead,
	}, s.exportReport)
}

func (s *Server) rangeOf(ctx context.Context, a actor.Actor, in ReportDays) (report.Range, string, error) {
	t, err := s.Tenants.Get(ctx, s.DB.As(a), a)
	if err != nil {
		return report.Range{}, "", err
	}
	zone, err := time.LoadLocation(t.TimeZone)
	if err != nil {
		return report.Range{}, "", err
	}
	r, err := report.NewRange(in.From, in.To, zone, s.DB.Now())
	return r, t.TimeZone, err
}

func (s *Server) getReport(ctx context.Context, a actor.Actor, in *ReportDays) (Report, error) {
	r, zone, err := s.rangeOf(ctx, a, *in)
	if err != nil {
		return Report{}, err
	}
	now, err := report.Read(ctx, s.DB.As(a), a, r)
	if err != nil {
		return Report{}, err
	}
	before, err := report.Read(ctx, s.DB.As(a), a, r.Before())
	if err != nil {
		return Report{}, err
	}
	out := Report{
		From: r.From(), To: r.To(), TimeZone: zone, Totals: showTotals(now.Totals), Before: showTotals(before.Totals),
		Days: []ReportDay{}, HandOffs: []ReportReason{}, Hours: [][]int64{}, Sampled: now.Sampled || before.Sampled,
	}
	for _, d := range now.Days {
		out.Days = append(out.Days, ReportDay(d))
	}
	for _, h := range now.HandOffs {
		out.HandOffs = append(out.HandOffs, ReportReason(h))
	}
	for _, hours := range now.Hours {
		out.Hours = append(out.Hours, hours[:])
	}
	return out, nil
}

func (s *Server) reportedConversations(ctx context.Context, a actor.Actor, in *reportedConversations) (Page[ReportedConversation], error) {
	r, _, err := s.rangeOf(ctx, a, in.ReportDays)
	if err != nil {
		return Page[ReportedConversation]{}, err
	}
	ask := report.Question{Range: r, Metric: report.Metric(in.Metric), Reason: in.Reason, Limit: in.Limit + 1}
	if err := decodeCursor(in.After, &ask.After); err != nil {
		return Page[ReportedConversation]{}, err
	}
	rows, err := report.Look(ctx, s.DB.As(a), a, ask)
	if err != nil {
		return Page[ReportedConversation]{}, err
	}
	return pageOf(rows, in.Limit, showReported, func(b report.Behind) any { return b.Cursor() }), nil
}

func (s *Server) exportReport(ctx context.Context, a actor.Actor, in *ReportDays) (*huma.StreamResponse, error) {
	r, _, err := s.rangeOf(ctx, a, *in)
	if err != nil {
		return nil, err
	}
	counted, err := report.Read(ctx, s.DB.As(a), a, r)
	if err != nil {
		return nil, err
	}
	return s.csv("report-"+r.From()+"-"+r.To()+".csv", func(w io.Writer) error { return counted.Write(w) }), nil
}

func showTotals(t report.Totals) ReportTotals {
	return ReportTotals{
		Customer: t.Customer, AI: t.AI, People: t.People, Opened: t.Opened, Closed: t.Closed, AIAlone: t.AIAlone,
		WithPerson: t.WithPerson, Unanswered: t.Unanswered, HandedOff: t.HandedOff,
		FirstByAI: showAnswers(t.FirstByAI), FirstByPeople: showAnswers(t.FirstByPeople),
	}
}

func showAnswers(w report.Answers) ReportAnswers {
	return ReportAnswers{Count: w.Count, MedianMs: w.Median.Milliseconds(), P90Ms: w.P90.Milliseconds()}
}

func showReported(b report.Behind) ReportedConversation {
	return ReportedConversation{
		ConversationID: b.ConversationID, Episode: b.Episode, Contact: showContact(b.Contact), At: b.At, Outcome: b.Outcome,
	}
}
