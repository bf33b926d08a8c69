package whatsapp

import "encoding/json"

// The shapes of webhooks as Meta sends them. Everything in them may be missing.

type wireContact struct {
	Profile struct {
		Name     looseText `json:"name"`
		Username looseText `json:"username"`
	} `json:"profile"`
	WaID   looseText `json:"wa_id"`
	UserID looseText `json:"user_id"`
}

// is compares the number in its comparing form too: Brazil's, Mexico's and Argentina's come in two spellings.
func (c wireContact) is(waID, userID string) bool {
	if userID != "" && string(c.UserID) == userID {
		return true
	}
	own := digits(string(c.WaID))
	return own != "" && waID != "" && (own == waID || MatchKey(own) == MatchKey(waID))
}

type wireProblem struct {
	Code    looseNumber `json:"code"`
	Title   looseText   `json:"title"`
	Message looseText   `json:"message"`
	Data    struct {
		Details looseText `json:"details"`
	} `json:"error_data"`
	Href looseText `json:"href"`
}

func problems(wire []wireProblem) []Problem {
	var all []Problem
	for _, w := range wire {
		p := Problem{Code: int(w.Code), Title: string(w.Title), Details: string(w.Data.Details), Href: string(w.Href)}
		if p.Title == "" {
			p.Title = string(w.Message)
		}
		all = append(all, p)
	}
	return all
}

type wireStatus struct {
	ID            looseText       `json:"id"`
	Status        looseText       `json:"status"`
	At            looseTime       `json:"timestamp"`
	RecipientID   looseText       `json:"recipient_id"`
	UserID        looseText       `json:"recipient_user_id"`
	RecipientType looseText       `json:"recipient_type"`
	Participant   looseText       `json:"recipient_participant_id"`
	ParticipantB  looseText       `json:"participant_recipient_id"` // as another of Meta's pages spells it
	Callback      looseText       `json:"biz_opaque_callback_data"`
	Pricing       json.RawMessage `json:"pricing"`
	Errors        []wireProblem   `json:"errors"`
}

func (w wireStatus) status() Status {
	s := Status{
		ID: string(w.ID), Status: string(w.Status), At: w.At.Time, RecipientUserID: string(w.UserID),
		ParticipantID: string(w.Participant), Group: w.RecipientType == "group",
		CallbackData: string(w.Callback), Errors: problems(w.Errors), Pricing: w.Pricing,
	}
	if s.ParticipantID == "" {
		s.ParticipantID = string(w.ParticipantB)
	}
	if s.Group {
		s.RecipientID = string(w.RecipientID)
		return s
	}
	var bsuid string
	if s.RecipientID, bsuid = sender(w.RecipientID, w.UserID); s.RecipientUserID == "" {
		s.RecipientUserID = bsuid
	}
	return s
}

func (w wireStatus) call() Call {
	s := w.status()
	return Call{ID: s.ID, Event: "status", Status: s.Status, At: s.At, WaID: s.RecipientID, FromUserID: s.RecipientUserID}
}

type wireCall struct {
	ID         looseText `json:"id"`
	From       looseText `json:"from"`
	To         looseText `json:"to"`
	FromUserID looseText `json:"from_user_id"`
	ToUserID   looseText `json:"to_user_id"`
	Event      looseText `json:"event"`
	Status     looseText `json:"status"`
	At         looseTime `json:"timestamp"`
	Direction  looseText `json:"direction"`

	Duration looseNumber `json:"duration"`
}

func (w wireCall) call(contacts []wireContact) Call {
	c := Call{
		ID: string(w.ID), Event: string(w.Event), Status: string(w.Status), At: w.At.Time, Direction: string(w.Direction),
		Seconds: int(min(max(w.Duration, 0), 1e9)),
	}
	c.WaID, c.FromUserID = sender(w.From, w.FromUserID)
	if c.Direction == "BUSINESS_INITIATED" {
		c.WaID, c.FromUserID = sender(w.To, w.ToUserID)
	}
	for _, contact := range contacts {
		if contact.is(c.WaID, c.FromUserID) && c.FromUserID == "" {
			c.FromUserID = string(contact.UserID)
		}
	}
	return c
}

type wirePreference struct {
	WaID     looseText `json:"wa_id"`
	UserID   looseText `json:"user_id"`
	Detail   looseText `json:"detail"`
	Category looseText `json:"category"`
	Value    looseText `json:"value"`
	At       looseTime `json:"timestamp"`
}

func (w wirePreference) preference() Preference {
	p := Preference{Category: string(w.Category), Value: string(w.Value), Details: string(w.Detail), At: w.At.Time}
	p.WaID, p.UserID = sender(w.WaID, w.UserID)
	return p
}

type wireMessage struct {
	ID         looseText     `json:"id"`
	Type       looseText     `json:"type"`
	From       looseText     `json:"from"`
	FromUserID looseText     `json:"from_user_id"`
	To         looseText     `json:"to"`
	ToUserID   looseText     `json:"to_user_id"`
	At         looseTime     `json:"timestamp"`
	GroupID    looseText     `json:"group_id"`
	Errors     []wireProblem `json:"errors"`

	Text        *wireText        `json:"text"`
	Image       *wireMedia       `json:"image"`
	Video       *wireMedia       `json:"video"`
	Audio       *wireMedia       `json:"audio"`
	Voice       *wireMedia       `json:"voice"`
	Document    *wireMedia       `json:"document"`
	Sticker     *wireMedia       `json:"sticker"`
	Location    *wireLocation    `json:"location"`
	Contacts    []wireCard       `json:"contacts"`
	Interactive *wireInteractive `json:"interactive"`
	Button      *wireButton      `json:"button"`
	Reaction    *wireReaction    `json:"reaction"`
	Order       *wireOrder       `json:"order"`
	System      *wireSystem      `json:"system"`
	Edit        *wireChanged     `json:"edit"`
	Revoke      *wireChanged     `json:"revoke"`
	Referral    *wireReferral    `json:"referral"`
	Context     *wireQuote       `json:"context"`
	Unsupported *struct {
		Type looseText `json:"type"`
	} `json:"unsupported"`
	History *struct {
		Status looseText `json:"status"`
	} `json:"history_context"`
}

type wireText struct {
	Body looseText `json:"body"`
}

type wireMedia struct {
	ID       looseText `json:"id"`
	MIME     looseText `json:"mime_type"`
	SHA256   looseHash `json:"sha256"`
	Filename looseText `json:"filename"`
	Caption  looseText `json:"caption"`
	URL      looseText `json:"url"`
	Voice    looseBool `json:"voice"`
	Animated looseBool `json:"animated"`
}

type wireLocation struct {
	Latitude  looseNumber `json:"latitude"`
	Longitude looseNumber `json:"longitude"`
	Name      looseText   `json:"name"`
	Address   looseText   `json:"address"`
	URL       looseText   `json:"url"`
}

type wireButton struct {
	Payload looseText `json:"payload"`
	Text    looseText `json:"text"`
}

type wireReaction struct {
	MessageID looseText `json:"message_id"`
	Emoji     looseText `json:"emoji"`
}

type wireOrder struct {
	CatalogID looseText `json:"catalog_id"`
	Text      looseText `json:"text"`
	Items     []struct {
		SKU      looseText   `json:"product_retailer_id"`
		Quantity looseNumber `json:"quantity"`
		Price    looseNumber `json:"item_price"`
		Currency looseText   `json:"currency"`
	} `json:"product_items"`
}

type wireSystem struct {
	Type           looseText `json:"type"`
	Body           looseText `json:"body"`
	WaID           looseText `json:"wa_id"`
	NewWaID        looseText `json:"new_wa_id"` // before 2023
	UserID         looseText `json:"user_id"`
	PreviousUserID looseText `json:"previous_user_id"`
}

type wireChanged struct {
	Original looseText       `json:"original_message_id"`
	Message  json.RawMessage `json:"message"`
}

type wireQuote struct {
	ID        looseText `json:"id"`
	From      looseText `json:"from"`
	Forwarded looseBool `json:"forwarded"`
	Often     looseBool `json:"frequently_forwarded"`
	Product   *struct {
		CatalogID looseText `json:"catalog_id"`
		SKU       looseText `json:"product_retailer_id"`
	} `json:"referred_product"`
}

type wireReferral struct {
	SourceType   looseText `json:"source_type"`
	SourceID     looseText `json:"source_id"`
	SourceURL    looseText `json:"source_url"`
	Headline     looseText `json:"headline"`
	Body         looseText `json:"body"`
	MediaType    looseText `json:"media_type"`
	ImageURL     looseText `json:"image_url"`
	VideoURL     looseText `json:"video_url"`
	ThumbnailURL looseText `json:"thumbnail_url"`
	ClickID      looseText `json:"ctwa_clid"`
	Welcome      wireWords `json:"welcome_message"`
}

type wireWords struct {
	Text looseText `json:"text"`
}

type wireInteractive struct {
	Type       looseText       `json:"type"`
	Button     *wireChoice     `json:"button_reply"`
	List       *wireChoice     `json:"list_reply"`
	Form       *wireForm       `json:"nfm_reply"`
	Permission *wirePermission `json:"call_permission_reply"`
}

type wireChoice struct {
	ID          looseText `json:"id"`
	Title       looseText `json:"title"`
	Description looseText `json:"description"`
}

type wireForm struct {
	Name     looseText `json:"name"`
	Body     looseText `json:"body"`
	Response looseText `json:"response_json"`
}

type wirePermission struct {
	Response  looseText `json:"response"`
	Source    looseText `json:"response_source"`
	Permanent looseBool `json:"is_permanent"`
	Expires   looseTime `json:"expiration_timestamp"`
}

type wireCard struct {
	Name struct {
		Formatted looseText `json:"formatted_name"`
		Prefix    looseText `json:"prefix"`
		First     looseText `json:"first_name"`
		Middle    looseText `json:"middle_name"`
		Last      looseText `json:"last_name"`
		Suffix    looseText `json:"suffix"`
	} `json:"name"`
	Birthday looseText `json:"birthday"`
	Org      struct {
		Company    looseText `json:"company"`
		Department looseText `json:"department"`
		Title      looseText `json:"title"`
	} `json:"org"`
	Phones []struct {
		Phone looseText `json:"phone"`
		WaID  looseText `json:"wa_id"`
		Type  looseText `json:"type"`
	} `json:"phones"`
	Emails []struct {
		Email looseText `json:"email"`
		Type  looseText `json:"type"`
	} `json:"emails"`
	URLs []struct {
		URL  looseText `json:"url"`
		Type looseText `json:"type"`
	} `json:"urls"`
	Addresses []struct {
		Street      looseText `json:"street"`
		City        looseText `json:"city"`
		State       looseText `json:"state"`
		Zip         looseText `json:"zip"`
		Country     looseText `json:"country"`
		CountryCode looseText `json:"country_code"`
		Type        looseText `json:"type"`
	} `json:"addresses"`
	VCard  looseText `json:"vcard"`
	Origin looseText `json:"origin"`
}
