package whatsapp

// Class is what an error of the Graph API asks of the sender.
type Class int

// The classes.
const (
	// Fail: this message can never be sent as it is; others can.
	Fail Class = iota
	// Retry: it may pass; try again after a while.
	Retry
	// Throttle: too much was sent; slow down, then try again.
	Throttle
	// Stop: nothing of this number can be sent until a person has mended something, and trying on makes it worse.
	Stop
)

// String is the class in one word, for logs and metrics.
func (c Class) String() string {
	switch c {
	case Retry:
		return "retry"
	case Throttle:
		return "throttle"
	case Stop:
		return "stop"
	default:
		return "fail"
	}
}

// advice is what is known about one of Meta's codes: what it asks of the sender, what happened, and what a person can
// do about it. The text is ours: Meta's changes, and may quote what was sent.
type advice struct {
	class       Class
	title, todo string
}

// What can be done about several codes.
const (
	askOwner = "Nothing went wrong on your side: the program sent something WhatsApp does not take. " +
		"Tell whoever runs it."
	waitForThem = "Wait until the customer writes again, or send an approved template."
	justWait    = "Nothing to do: it is tried again by itself."
	newToken    = "Make a new permanent access token for the system user in Meta's Business Settings and enter it in " +
		"the channel's settings."
	giveRights = "In Meta's Business Settings give the system user this WhatsApp account, with the permissions " +
		"whatsapp_business_messaging and whatsapp_business_management, and make a new token."
	payment    = "Open the WhatsApp account in Meta's Business Settings and add or mend the payment method. Nothing is sent before."
	registerIt = "Register the number with the Cloud API (WhatsApp Manager, Phone numbers), then prove the channel again."
	appealHere = "Look at Meta's Business Support Home for the reason and ask for a review there."
)

// codes are Meta's codes, from its error tables of 2026.
//
//nolint:gochecknoglobals // a table that never changes
var codes = map[int]advice{
	0:  {Stop, "WhatsApp does not accept the access token.", newToken},
	1:  {Retry, "WhatsApp had an unknown problem with the request.", justWait},
	2:  {Retry, "WhatsApp is down or overloaded.", justWait},
	3:  {Stop, "The Meta app may not do this.", giveRights},
	4:  {Throttle, "The Meta app has made too many calls.", justWait},
	10: {Stop, "A permission was not given, or was taken away.", giveRights},
	17: {Throttle, "Too many calls were made with this account.", justWait},
	33: {
		Stop,
		"The number was deleted, or its id is wrong.",
		"Check the phone number id in the channel's settings.",
	},
	100:    {Fail, "WhatsApp found a wrong value in the message.", askOwner},
	104:    {Stop, "The access token is missing.", newToken},
	190:    {Stop, "The access token has expired or was withdrawn.", newToken},
	368:    {Stop, "WhatsApp has blocked this account for a while for breaking its policies.", appealHere},
	613:    {Throttle, "Too many calls were made.", justWait},
	80007:  {Throttle, "The WhatsApp account has made too many calls.", justWait},
	130429: {Throttle, "The number has sent too many messages at once.", justWait},
	130472: {
		Fail,
		"WhatsApp held this message back: the customer takes part in one of its experiments with marketing " +
			"messages.",
		"Wait until the customer writes.",
	},
	130497: {
		Fail,
		"The business may not write to people in this customer's country.",
		"See which countries Meta excludes for your line of business.",
	},
	131000: {Retry, "Something went wrong at WhatsApp.", justWait},
	131005: {Stop, "Access was denied.", giveRights},
	131008: {Fail, "The message lacked something WhatsApp needs.", askOwner},
	131009: {Fail, "WhatsApp found a value it does not take in the message.", askOwner},
	131016: {Retry, "A service of WhatsApp is not available.", justWait},
	131020: {Fail, "The group has no other member.", ""},
	131021: {Fail, "The message was to be sent to the number it comes from.", ""},
	131026: {
		Fail,
		"The message could not be delivered: the customer may not use WhatsApp, use a very old one, or have " +
			"blocked you. WhatsApp does not say which.",
		"Reach the customer another way.",
	},
	131030: {
		Fail,
		"A test number only writes to the recipients on its list.",
		"Add the customer's number to the list in the Meta app (WhatsApp, API setup), or use a real number.",
	},
	131031: {Stop, "WhatsApp has locked this account.", appealHere},
	131037: {
		Stop,
		"The number's display name is not approved yet.",
		"Have the display name approved in WhatsApp Manager, under Phone numbers.",
	},
	131041: {Fail, "WhatsApp does not know the group.", ""},
	131042: {Stop, "There is a problem with the payment for this account.", payment},
	131044: {Stop, "There is a problem with the bill of this account.", payment},
	131045: {Stop, "The number is not registered correctly.", registerIt},
	131047: {Fail, "More than 24 hours have passed since the customer last wrote.", waitForThem},
	131048: {
		Throttle,
		"WhatsApp slows the number down because people blocked or reported it.",
		"Look at the number's quality in WhatsApp Manager and write less to people who did not ask.",
	},
	131049: {
		Fail,
		"WhatsApp chose not to deliver this message, so that the customer does not get too much marketing.",
		"Try again after a day at the earliest.",
	},
	131050: {
		Fail,
		"The customer does not want marketing messages from you.",
		"Send none; answers and notices still work.",
	},
	131051: {Fail, "WhatsApp does not know this type of message.", askOwner},
	131052: {
		Fail,
		"A file could not be downloaded.",
		"Ask the customer to send it again; files above 100 MB do not come through.",
	},
	131053: {Retry, "WhatsApp could not take the file.", "Check its type and size."},
	131055: {Fail, "WhatsApp does not allow this with the number.", ""},
	131056: {Throttle, "Too many messages went to this customer in a short time.", justWait},
	131057: {Retry, "The account is being worked on by Meta.", justWait},
	131059: {Fail, "WhatsApp lost its place in a list of groups.", ""},
	131060: {Fail, "The content of the customer's message is not available.", "Ask the customer to send it again."},
	131062: {
		Fail,
		"This message cannot be sent to a person whose number is hidden.",
		"Ask the customer for their number.",
	},
	131063: {Fail, "Marketing templates are switched off for this account.", "Switch them on in WhatsApp Manager."},
	131064: {Fail, "The account may not send such templates at the moment.", appealHere},
	132000: {Fail, "The template was filled with too many or too few values.", "Check the template's variables."},
	132001: {
		Fail,
		"The template does not exist in this language, or is not approved.",
		"Check its name and language in WhatsApp Manager.",
	},
	132005: {Fail, "The filled template is too long.", "Shorten the values."},
	132007: {Fail, "The template breaks a rule of WhatsApp.", "Change its text in WhatsApp Manager."},
	132012: {Fail, "A value of the template has the wrong form.", "Check the template's variables."},
	132015: {
		Fail,
		"The template is paused because people did not like it.",
		"Improve it, or wait until Meta lets it go.",
	},
	132016: {Fail, "The template was switched off for good because people did not like it.", "Make a new one."},
	132018: {
		Fail,
		"A value of the template holds line breaks, tabs or too many spaces.",
		"Write it on one line, with no more than four spaces in a row.",
	},
	132068: {Fail, "The form in this message is blocked.", "Look at the flow in WhatsApp Manager."},
	132069: {Throttle, "The form in this message was sent too often.", justWait},
	133000: {Retry, "The number is still being taken off its old registration.", justWait},
	133004: {Retry, "WhatsApp's registration is not available.", justWait},
	133005: {
		Stop,
		"The number's two-step PIN is wrong.",
		"Enter the right PIN. Do not guess: too many tries lock the number.",
	},
	133006: {Stop, "The number must be verified again.", registerIt},
	133008: {Stop, "The two-step PIN was wrong too often.", "Wait as long as Meta says, then enter the right PIN."},
	133009: {Throttle, "The two-step PIN was entered too quickly.", justWait},
	133010: {Stop, "The number is not registered with the Cloud API.", registerIt},
	133015: {Throttle, "The number was deleted a moment ago.", "Wait five minutes."},
	133016: {Stop, "The number was registered too often.", "Wait 72 hours."},
	134011: {Stop, "The terms for payments are not accepted.", "Accept them in WhatsApp Manager."},
	135000: {Fail, "WhatsApp found a wrong value in the message.", askOwner},
	137000: {
		Fail,
		"The customer's identity has changed since the message was written.",
		"Make sure who you are writing to, then send it again.",
	},
	139100: {Fail, "Not every customer could be blocked.", ""},

	2494100: {Retry, "The number is being worked on by Meta.", justWait},
}

// Explain says one of Meta's codes in plain words, and what a person can do about it. Both are "" for a code nobody
// has told us about.
func Explain(code int) (title, todo string) {
	a := lookUp(code)
	return a.title, a.todo
}

// lookUp is the advice for a code, empty for an unknown one.
func lookUp(code int) advice {
	if a, known := codes[code]; known {
		return a
	}
	switch {
	case code >= 200 && code <= 299:
		return advice{Stop, "The access token lacks a permission or may not use this number.", giveRights}
	case code >= 138000 && code <= 138025:
		return advice{Fail, "The call could not be made.", ""}
	case code >= 147001 && code <= 147005:
		return advice{Fail, "There is a problem with the business's username.", "Look at it in WhatsApp Manager."}
	}
	return advice{}
}
