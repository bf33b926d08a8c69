package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"parley/internal/config"
	"parley/internal/httpapi"
)

// settingsCommand prints the settings there are.
func settingsCommand() *cobra.Command {
	var example bool
	c := &cobra.Command{
		Use: "settings", Short: "Print all settings and what they mean", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			text := config.Markdown()
			if example {
				text = config.Example()
			}
			_, err := fmt.Fprint(c.OutOrStdout(), text)
			return err
		},
	}
	c.Flags().BoolVar(&example, "example", false, "as a file to copy to .env")
	return c
}

// openAPICommand prints the document the browser's types are made of.
func openAPICommand() *cobra.Command {
	return &cobra.Command{
		Use: "openapi", Short: "Print the OpenAPI document of the API", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			document, err := httpapi.New(httpapi.Parts{}, httpapi.Options{Version: "1"}).OpenAPI()
			if err != nil {
				return err
			}
			var readable bytes.Buffer // so that a change shows as the lines it changes
			if err := json.Indent(&readable, document, "", "  "); err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), readable.String())
			return err
		},
	}
}
