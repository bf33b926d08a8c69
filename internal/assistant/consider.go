package assistant

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/internal/analyzer"
	"parley/internal/db"
	"parley/internal/knowledge"
	"parley/internal/llm"
	"parley/internal/prompt"
)

// passages is how many the model sees.
const passages = 5

// considering is one look at a situation: what is known about it, and what was done so far to find an answer.
type considering struct {
	s      *Service
	sit    situation
	lang   string // to answer in
	asked  string // the language of the turn's words, "" when it cannot be told
	talk   talk
	begun  db.Time
	live   prompt.Live
	wishes string // of the business: its prompt, with its variables' values
	today  string // the date and time at the business
	found  knowledge.Found
	calls  []llm.Response
	trace  Trace
}

func (s *Service) look(sit situation) *considering {
	asked := analyzer.Language(sit.question)
	return &considering{
		s: s, sit: sit, asked: asked, lang: sit.language(asked), talk: sit.talkIs(), begun: s.DB.Now(),
		trace: Trace{Question: sit.question, Threshold: knowledge.Sure},
	}
}

// instruct finds the prompt that answers here.
func (c *considering) instruct(ctx context.Context) (err error) {
	c.live, err = c.s.Prompts.Current(ctx, c.sit.actor, c.sit.channel.PromptID)
	if err != nil {
		return err
	}
	c.today = c.s.todayAt(c.sit.tenant, c.begun)
	c.wishes = c.live.Instructions(c.values())
	c.trace.PromptVersionID, c.trace.PromptName, c.trace.PromptNumber = c.live.VersionID, c.live.Name, c.live.Number
	return nil
}

// retrieve finds what the documents say. A short question that finds nothing sure by itself ("and on Sunday?") is
// looked up once more with what the customer asked before.
func (c *considering) retrieve(ctx context.Context) (err error) {
	if c.sit.question == "" {
		return nil
	}
	if c.found, err = c.search(ctx, c.sit.question); err != nil {
		return err
	}
	if before := c.sit.askedBefore(); c.found.Confidence < knowledge.Sure && before != "" && len(c.sit.question) <= longestTalk/2 {
		wider, err := c.search(ctx, before+"\n"+c.sit.question)
		if err != nil {
			return err
		}
		if wider.Confidence > c.found.Confidence {
			c.found = wider
		}
	}
	if err := c.fillUp(ctx); err != nil {
		return err
	}
	c.trace.Confidence = c.found.Confidence
	c.trace.Timings.RetrieveMs = ms(c.s.DB.Now().Sub(c.begun))
	return nil
}

// fillUp gives the model all passages of a base that has only a few when none is surely the answer: it may read what
// the search could not, such as passages in another language than the question's.
func (c *considering) fillUp(ctx context.Context) error {
	if c.s.Model == nil || c.found.Confidence >= knowledge.Sure || len(c.found.Hits) >= passages {
		return nil
	}
	few, err := c.s.Knowledge.Few(ctx, c.s.DB.As(c.sit.actor), c.sit.actor, c.sit.channel.KnowledgeBaseID, passages)
	for _, h := range few {
		if !slices.ContainsFunc(c.found.Hits, func(o knowledge.Hit) bool { return o.PassageID == h.PassageID }) {
			c.found.Hits = append(c.found.Hits, h)
		}
	}
	return err
}

func (c *considering) search(ctx context.Context, words string) (knowledge.Found, error) {
	return c.s.Knowledge.Search(ctx, c.s.DB.As(c.sit.actor), c.sit.actor, c.sit.channel.KnowledgeBaseID, words, passages)
}

// say makes a decision to write to the customer.
func (c *considering) say(text string, asked bool, used []string, checks []TraceCheck) decision {
	d := decision{action: say, text: text}
	c.trace.Checks = checks
	return c.finish(d, asked, used)
}

// handOff makes a decision to give the conversation to people.
func (c *considering) handOff(why Reason, summary string, checks []TraceCheck) decision {
	if summary == "" {
		summary = c.sit.summary()
	}
	d := decision{
		action: handOff, reason: why, summary: clip(summary, 1000),
		text: wordsOf(c.lang).passesOn(c.sit.tenant.Opening(c.begun.Time())),
	}
	c.trace.Reason, c.trace.Checks = string(why), checks
	return c.finish(d, false, nil)
}

// nothing makes a decision to leave it at that.
func (c *considering) nothing() decision { return decision{action: silent, calls: c.calls} }

// finish adds the disclosure and completes the trace.
func (c *considering) finish(d decision, asked bool, used []string) decision {
	d.calls = c.calls
	d.text, d.discloses = c.sit.disclosed(c.lang, d.text)
	if d.discloses {
		c.trace.Checks = append(c.trace.Checks, TraceCheck{Name: "disclosure", Passed: true})
	}
	t := &c.trace
	t.Outcome, t.Language = outcomeOf(c.sit, d.action, asked), c.lang
	for _, h := range c.found.Hits {
		p := TracePassage{
			PassageID: h.PassageID, DocumentID: h.DocumentID, Title: h.Title, Heading: h.Heading, Text: h.Body, Score: h.Score,
			Used: slices.Contains(used, h.PassageID),
		}
		if !p.Used {
			p.Text = clip(p.Text, unusedText)
		}
		t.Passages = append(t.Passages, p)
	}
	for _, call := range c.calls {
		t.Attempts++
		t.Provider, t.Model = call.Provider, call.Model
		t.PromptTokens += int64(call.PromptTokens)
		t.CompletionTokens += int64(call.CompletionTokens)
		t.CostMicros += call.CostMicros
	}
	t.Timings.TotalMs = ms(max(0, c.s.DB.Now().Sub(c.sit.turn.OpenedAt)))
	_ = t.write() // it holds texts and numbers only
	d.trace = *t
	return d
}

// since is how long ago something began, for a trace.
func (c *considering) since(at db.Time) float64 {
	return ms(max(time.Duration(0), c.s.DB.Now().Sub(at)))
}

// disclosed puts the line that says that an AI is writing before its first words of a conversation. A suggestion is
// sent by a person and needs none.
func (sit *situation) disclosed(lang, text string) (string, bool) {
	if text == "" || !sit.talk.DisclosedAt.IsZero() || sit.suggests() {
		return text, false
	}
	return wordsOf(lang).discloses(sit.tenant.Name) + "\n\n" + text, true
}

// summary is what a colleague needs to know when no model wrote it: the customer's words.
func (sit *situation) summary() string {
	words := strings.TrimSpace(sit.question)
	if words == "" {
		for _, m := range sit.thread {
			if m.Seq >= sit.turn.FirstSeq {
				words = saidIn(m)
			}
		}
	}
	return "The customer wrote: “" + oneLine(words, 500) + "”"
}
