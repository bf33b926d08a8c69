package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"
)

// healthTime is how long the program has to answer.
const healthTime = 3 * time.Second

// healthCommand asks the program on this machine whether it is up: for containers, which have no curl.
func healthCommand() *cobra.Command {
	return &cobra.Command{
		Use: "health", Short: "Ask the Parley on this machine whether it is up", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := settings()
			if err != nil {
				return err
			}
			return askHealth(c.Context(), "http://127.0.0.1:"+strconv.Itoa(cfg.Port)+"/api/health")
		},
	}
}

func askHealth(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", address, answer.Status)
	}
	return nil
}
