package app

import (
	"context"
	"errors"
	"log/slog"

	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// ProveNumber asks Graph about the number from the settings, so that the dashboard can say whether its token is right.
// It is used meanwhile: it is the operator's word.
func (a *App) ProveNumber(ctx context.Context, tenantID string) {
	if err := a.Setup.Prove(ctx, tenantID, a.askGraph); err != nil && ctx.Err() == nil {
		a.o.Log.WarnContext(ctx, "the WhatsApp number of the settings is not proven yet", slog.Any("error", err))
	}
}

// askGraph asks Meta whose a number is. A token that Meta does not accept for it is Forbidden.
func (a *App) askGraph(ctx context.Context, phoneNumberID, token string) (displayPhone, name string, err error) {
	info, err := a.graph.Number(ctx, whatsapp.Credentials{PhoneNumberID: phoneNumberID, Token: token})
	if err == nil {
		return info.DisplayPhone, info.VerifiedName, nil
	}
	if e, told := errors.AsType[*whatsapp.GraphError](err); told && (e.Class() == whatsapp.Stop || e.Class() == whatsapp.Fail) {
		return "", "", errs.Wrap(err, errs.Forbidden, "%s", e.Title)
	}
	return "", "", errs.Wrap(err, errs.Unavailable, "Graph was not reached.")
}
