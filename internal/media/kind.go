package media

import (
	"path/filepath"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"parley/internal/whatsapp"
)

const (
	kilobytes = 1 << 10
	megabytes = 1 << 20
	// mostInbound is the largest file anybody can send us (Meta's media page, December 2025).
	mostInbound = 100 * megabytes
	// sniffed is how much of a file its type is told from.
	sniffed = 3072
	// unknown is what everything else is served as: a browser does nothing with it but save it.
	unknown = "application/octet-stream"
)

// sort is what WhatsApp makes of a type: the kind of message it is sent as, and its largest size.
type sort struct {
	kind whatsapp.Kind
	most int64
}

// sendable are the types WhatsApp takes from a business (Meta's media page, December 2025).
//
//nolint:gochecknoglobals // a table that never changes
var sendable = map[string]sort{
	"image/jpeg": {whatsapp.KindImage, 5 * megabytes}, "image/png": {whatsapp.KindImage, 5 * megabytes},
	"image/webp": {whatsapp.KindSticker, 500 * kilobytes},
	"audio/aac":  {whatsapp.KindAudio, 16 * megabytes}, "audio/amr": {whatsapp.KindAudio, 16 * megabytes},
	"audio/mpeg": {whatsapp.KindAudio, 16 * megabytes}, "audio/mp4": {whatsapp.KindAudio, 16 * megabytes},
	"audio/ogg": {whatsapp.KindAudio, 16 * megabytes},
	"video/mp4": {whatsapp.KindVideo, 16 * megabytes}, "video/3gpp": {whatsapp.KindVideo, 16 * megabytes},
	"text/plain": document, "application/pdf": document, "application/msword": document, "application/vnd.ms-excel": document,
	"application/vnd.ms-powerpoint":                                             document,
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document":   document,
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":         document,
	"application/vnd.openxmlformats-officedocument.presentationml.presentation": document,
}

//nolint:gochecknoglobals // a value that never changes
var document = sort{whatsapp.KindDocument, 100 * megabytes}

// servedToo are types that customers send and WhatsApp does not take from a business; no browser runs anything in them.
//
//nolint:gochecknoglobals // a table that never changes
var servedToo = map[string]bool{"image/gif": true, "image/heic": true, "video/webm": true, "video/quicktime": true, "audio/wav": true}

// byExtension tells apart what begins alike: Office files are archives.
//
//nolint:gochecknoglobals // a table that never changes
var byExtension = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".doc":  "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
}

// typeOf tells a file's type from its first bytes; the name only tells Office files apart. What is not on the lists is
// unknown: a page or a script that calls itself a picture is never served as anything a browser would run.
func typeOf(begin []byte, filename string) string {
	found := mimetype.Detect(begin)
	for m := found; m != nil; m = m.Parent() {
		kind, _, _ := strings.Cut(m.String(), ";")
		switch kind {
		case "audio/x-m4a":
			kind = "audio/mp4"
		case "application/ogg":
			kind = "audio/ogg"
		case "application/zip", "application/x-ole-storage":
			kind = byExtension[strings.ToLower(filepath.Ext(filename))]
		}
		if _, known := sendable[kind]; known || servedToo[kind] {
			if kind == "text/plain" && marked(found) {
				return unknown
			}
			return kind
		}
	}
	return unknown
}

// marked reports whether a text is one that browsers draw or run.
func marked(m *mimetype.MIME) bool {
	for _, kind := range []string{"text/html", "image/svg+xml", "text/xml", "text/javascript"} {
		if m.Is(kind) {
			return true
		}
	}
	return false
}
