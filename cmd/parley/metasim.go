package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"parley/internal/whatsapp/metasim"
)

// metasimCommand is the stand-in of Meta alone, for a server that is started with what it prints.
func metasimCommand() *cobra.Command {
	var o metasim.RunOptions
	n := metasim.Number{AccountID: "100000000000002", DisplayPhone: "+1 555 010 0000", VerifiedName: "Stand-in"}
	c := &cobra.Command{
		Use: "metasim", Short: "Run the stand-in of Meta alone, reachable from this machine only", Args: cobra.NoArgs,
		Long: "Runs a stand-in of Meta's Graph API, with customers to write from under /_sim/. It prints the settings to\n" +
			"start a server with.",
		RunE: func(c *cobra.Command, _ []string) error {
			o.Numbers = []metasim.Number{n}
			o.Ready = func(url, token, appSecret string) {
				_, _ = fmt.Fprintf(c.OutOrStdout(), "GRAPH_BASE_URL=%s\nWHATSAPP_PHONE_NUMBER_ID=%s\nWHATSAPP_BUSINESS_ACCOUNT_ID=%s\n"+
					"WHATSAPP_ACCESS_TOKEN=%s\nWHATSAPP_APP_SECRET=%s\nWHATSAPP_WEBHOOK_VERIFY_TOKEN=%s\n",
					url, n.PhoneNumberID, n.AccountID, token, appSecret, n.VerifyToken)
			}
			return metasim.Run(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.Address, "listen", "127.0.0.1:8090", "the address to listen on")
	c.Flags().StringVar(&n.PhoneNumberID, "number", "100000000000001", "the phone number id of the business")
	c.Flags().StringVar(&n.WebhookURL, "webhook", "http://127.0.0.1:8080/webhooks/whatsapp", "where the business takes webhooks")
	c.Flags().StringVar(&n.VerifyToken, "verify-token", "metasim", "what the handshake asks for")
	return c
}
