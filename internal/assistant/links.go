package assistant

import (
	"strings"

	"parley/internal/analyzer"
)

// endings are the top-level domains by which an address without "www." is recognised.
const endings = " com net org info biz io co app shop store online site me tv ly to ai dev " +
	"eu uk us ca au nz ie de at ch fr es pt br mx ar cl pe it nl be lu pl cz sk hu ro bg gr tr ru ua se no dk fi is " +
	"il ae sa eg ma za ng ke in pk bd lk id my sg th vn ph cn hk tw jp kr "

// linksIn finds the web and mail addresses of a text, in lower case, without "https://" and "www.".
func linksIn(text string) []string {
	if !strings.ContainsAny(text, ".@") {
		return nil
	}
	var all []string
	between := func(r rune) bool { return r <= ' ' || strings.ContainsRune("()[]<>\"'*_|,;、。，（）", r) }
	for _, word := range strings.FieldsFunc(analyzer.Fold(text), between) {
		if link, is := linkOf(strings.Trim(word, ".:!?/-")); is {
			all = append(all, link)
		}
	}
	return all
}

func linkOf(word string) (link string, is bool) {
	rest, schemed := word, false
	if i := strings.Index(word, "://"); i > 0 {
		rest, schemed = word[i+3:], true
	}
	rest, wide := strings.CutPrefix(rest, "www.")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	name, ending, dotted := cutLast(host, ".")
	switch {
	case schemed || wide:
		return rest, rest != ""
	case !dotted || name == "" || strings.ContainsAny(host, ":&="):
		return "", false
	}
	return rest, strings.Contains(endings, " "+ending+" ") && strings.ContainsAny(name, "abcdefghijklmnopqrstuvwxyz")
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// unknownLink is the first address of a text that no known text holds, "" when they hold all.
func unknownLink(text string, known func(yield func(string) bool)) string {
	asked := linksIn(text)
	if len(asked) == 0 {
		return ""
	}
	has := map[string]bool{}
	for one := range known {
		for _, link := range linksIn(one) {
			has[link] = true
		}
	}
	for _, link := range asked {
		if !has[link] {
			return link
		}
	}
	return ""
}
