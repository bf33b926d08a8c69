package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/internal/db/dbtest"
	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// BenchmarkAnAnsweredMessage is the whole way of a message from a new customer, with both stand-ins in the same process:
// for profiles. `parley bench` measures the program by itself.
func BenchmarkAnAnsweredMessage(b *testing.B) {
	for _, kind := range dbtest.Kinds() {
		b.Run(kind, func(b *testing.B) {
			w := testkit.New(b, kind, testkit.Options{})
			w.Quiet(w.Acme, 0)
			w.Knows(w.Acme, "Hours", hours)
			w.Model.Otherwise(llmfake.Text("We open at 9:00."))
			w.Meta.Mischief(metasim.Mischief{NoStatuses: true})
			b.ResetTimer()
			began := time.Now()
			var all sync.WaitGroup
			next := make(chan int)
			for range 32 {
				all.Go(func() {
					for n := range next {
						from := metasim.Customer{WaID: fmt.Sprintf("4477%08d", n), Name: "Customer"}
						w.Posts("", testkit.PlatformSecret, w.Body(w.Acme, from, fmt.Sprintf("wamid.%d", n), "What time do you open?"))
					}
				})
			}
			for n := range b.N {
				next <- n
			}
			close(next)
			all.Wait()
			w.Eventually("all are answered", func() bool { return w.Meta.Counts().Sends == b.N })
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "answers/s")
		})
	}
}
