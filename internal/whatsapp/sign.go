package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// SignatureHeader carries the signature of a webhook.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// Sign is the value of SignatureHeader for a body: HMAC-SHA256 over its bytes as they are sent, in lower-case hex.
func Sign(secret, body []byte) string {
	return signaturePrefix + hex.EncodeToString(digest(secret, body))
}

// Verify reports whether header is the signature of body, in constant time. It fails closed: without a secret, a
// header or exactly 64 hex digits nothing is right. Give it the raw bytes: Meta signs JSON with \u and \/ escapes,
// and decoding and encoding again changes them.
func Verify(secret, body []byte, header string) bool {
	digits, ok := strings.CutPrefix(header, signaturePrefix)
	if !ok || len(secret) == 0 || len(digits) != hex.EncodedLen(sha256.Size) {
		return false
	}
	claimed, err := hex.DecodeString(digits)
	return err == nil && hmac.Equal(claimed, digest(secret, body))
}

func digest(secret, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	return mac.Sum(nil)
}
