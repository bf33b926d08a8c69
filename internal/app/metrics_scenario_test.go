package app_test

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"parley/internal/app"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
)

// scraped is a world whose metrics may be read with a token.
var scraped = testkit.Options{Change: func(o *app.Options) { o.MetricsToken = "scrape" }}

// numbers are the metrics as Prometheus reads them.
func numbers(t *testing.T, w *testkit.World) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(scrape(t, w)))
	must(t, err)
	maps.DeleteFunc(all, func(name string, _ *dto.MetricFamily) bool { return !strings.HasPrefix(name, "parley_") })
	return all
}

// value is what a metric stands at: of a histogram, how often something was measured.
func value(f *dto.MetricFamily, label string) (sum float64) {
	for _, m := range f.GetMetric() {
		named := label == ""
		for _, l := range m.GetLabel() {
			named = named || l.GetValue() == label
		}
		if named {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

// Every number on the page is in the handbook with its type, and the other way round; and each moves when what it
// counts happens.
func TestTheMetricsAreThoseOfTheHandbookAndMove(t *testing.T) {
	t.Parallel()
	testkit.Each(t, scraped, func(t *testing.T, w *testkit.World) {
		before := numbers(t, w)
		happens(t, w)
		after := numbers(t, w)
		documented := handbook(t)
		for name, f := range after {
			if kind := strings.ToLower(f.GetType().String()); documented[name] != kind {
				t.Errorf("%s is a %s, the handbook says %q", name, kind, documented[name])
			}
		}
		for name := range documented {
			if after[name] == nil {
				t.Errorf("%s is in the handbook and not on the page", name)
			}
		}
		for _, moves := range []string{
			"parley_webhooks_total accepted", "parley_webhooks_total refused", "parley_webhooks_unknown_total",
			"parley_webhooks_kept_total", "parley_webhook_seconds", "parley_messages_total", "parley_messages_duplicate_total",
			"parley_statuses_total", "parley_channels_heard_total", "parley_answer_overhead_seconds",
			"parley_model_seconds answered", "parley_model_seconds failed", "parley_graph_seconds accepted",
			"parley_graph_seconds refused", "parley_turns_born_total", "parley_turns_finished_total",
			"parley_outbox_born_total", "parley_outbox_finished_total", "parley_outbox_put_back_total", "parley_outbox_claims_total",
			"parley_outbox_claimed_total", "parley_db_statements_total", "parley_db_reads_total", "parley_db_commits_total",
			"parley_db_groups_total", "parley_db_steps_total", "parley_db_group_steps", "parley_db_group_seconds",
			"parley_db_step_wait_seconds", "parley_jobs_done_total",
		} {
			name, label, _ := strings.Cut(moves, " ")
			if was, is := value(before[name], label), value(after[name], label); is <= was {
				t.Errorf("%s stands at %v, before at %v", moves, is, was)
			}
		}
		if sum := after["parley_answer_overhead_seconds"].GetMetric()[0].GetHistogram().GetSampleSum(); sum <= 0 || sum > 60 {
			t.Errorf("the overhead of all answers is %v s", sum)
		}
	})
}

// happens is a little of everything that is counted.
func happens(t *testing.T, w *testkit.World) {
	t.Helper()
	w.Model.Otherwise(llmfake.Text("We open at nine."))
	body := w.Body(w.Acme, testkit.Ada, "wamid.metrics", "When do you open?")
	for range 2 {
		if code := w.Delivers(w.Acme, body); code != http.StatusOK {
			t.Fatalf("answered with %d", code)
		}
	}
	w.Eventually("Ada is answered", func() bool { return len(w.Answers(w.Acme, testkit.Ada)) == 1 })
	w.Posts("", "somebody else's secret", body)
	w.Posts("", testkit.PlatformSecret, []byte(strings.ReplaceAll(string(body), w.Acme.Number, "999999999999999")))
	w.Model.Next(llmfake.Status(http.StatusUnauthorized))
	w.Meta.FailNext(1, faultCode(130429))
	w.Hears(w.Acme, testkit.Ben, "When do you open?")
	w.Eventually("Ben has a word, too", func() bool { return len(w.Answers(w.Acme, testkit.Ben)) > 0 })
	w.Settles()
	w.Eventually("it is written down that the channel was heard", func() bool { return w.Intake.Counted.Heard.Load() > 0 })
	w.Eventually("a job is done", func() bool {
		s, err := w.Jobs.Stats(t.Context())
		return err == nil && s.Done > 0
	})
}

// handbook is the table of docs/running/metrics.md: name and type.
func handbook(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../docs/running/metrics.md")
	must(t, err)
	all := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(parley_[a-z_]+)[^`]*` \\| ([a-z]+) \\|").FindAllStringSubmatch(string(raw), -1) {
		all[row[1]] = row[2]
	}
	return all
}

// A label is a thing of the program: no tenant, no number, no person.
func TestTheMetricsNameNobody(t *testing.T) {
	t.Parallel()
	testkit.Each(t, scraped, func(t *testing.T, w *testkit.World) {
		happens(t, w)
		known := map[string][]string{
			"state":   {"waiting", "put_off", "running", "retrying", "given_up"},
			"outcome": {"accepted", "refused", "busy", "failed", "answered", "uncertain", "unreached"},
		}
		for name, f := range numbers(t, w) {
			for _, m := range f.GetMetric() {
				for _, l := range m.GetLabel() {
					if !slices.Contains(known[l.GetName()], l.GetValue()) {
						t.Errorf("%s has the label %s=%q", name, l.GetName(), l.GetValue())
					}
				}
			}
		}
	})
}
