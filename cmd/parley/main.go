// Command parley answers a business's customers on WhatsApp and lets its people watch, step in and take over.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set when the program is built (-ldflags "-X main.version=…").
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		os.Exit(1)
	}
}

// root is the command line.
func root() *cobra.Command {
	c := &cobra.Command{
		Use: "parley", Short: "Answers customers on WhatsApp, and lets people take over", Version: version,
		SilenceUsage: true, SilenceErrors: true,
		Long: "Parley answers a business's customers on WhatsApp from what the business has told it, and lets people watch,\n" +
			"step in and take over. Settings come from the environment: see `parley settings`.",
	}
	c.AddCommand(serveCommand(), devCommand(), setupCommand(), migrateCommand(), healthCommand(), metasimCommand(),
		benchCommand(), seedCommand(), settingsCommand(), openAPICommand())
	return c
}
