// Package assistant answers customers. A turn (what a customer wrote and nobody has answered) is read, thought about,
// and ends in one step: an answer, a question back, a hand-over to people, or, for "thanks", nothing.
//
// What may be relied on: the AI speaks under the guard of conversation.Say only, so it never talks over a person nor
// past a newer message. It states what the passages, the business's own words or the conversation say; what leaves is
// checked for that without a model, and what does not pass is written once more or goes to people. What customers and
// documents say reaches the model as data. Its first words to a customer tell that an AI is writing. Without a model,
// or when it fails, the documents are quoted, and what they do not answer goes to people.
package assistant

// Reason is why the AI gives a conversation to people.
type Reason string

// The reasons; the dashboard has words for each.
const (
	ReasonAsked         Reason = "asked_for_person"
	ReasonNotKnown      Reason = "not_known"
	ReasonLowConfidence Reason = "low_confidence"
	ReasonFailure       Reason = "failure"
	ReasonDeadline      Reason = "deadline"
	ReasonFrustration   Reason = "frustration"
	ReasonRule          Reason = "rule"
	ReasonRepeated      Reason = "repeated"
	ReasonTurnLimit     Reason = "turn_limit"
	ReasonSensitive     Reason = "sensitive"
)

// Limits of a conversation with the AI alone.
const (
	turnLimit   = 400 // messages of an episode, ours counted; at each multiple of it people have a look
	mostRepeats = 2   // times that the same question is answered; the next goes to people
	mostAsked   = 2   // questions back in a row
)

// HasModel reports whether a model answers, or the built-in answerer alone.
func (s *Service) HasModel() bool { return s.Model != nil }
