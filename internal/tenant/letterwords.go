package tenant

import (
	"strings"

	"parley/internal/mail"
)

// sentences are what one sort of letter says, in one language. Names stand in braces.
type sentences struct{ subject, text, action string }

// with puts what is meant in the place of names: name, value, name, value.
func (s sentences) with(pairs ...string) sentences {
	r := strings.NewReplacer(pairs...)
	return sentences{r.Replace(s.subject), r.Replace(s.text), r.Replace(s.action)}
}

func (s sentences) letter(to, link string) mail.Letter {
	return mail.Letter{To: to, Subject: s.subject, Text: s.text, Link: link, Action: s.action}
}

// letterWords are all letters in one language.
type letterWords struct{ reset, invitation, waiting sentences }

// wordsFor are the letters in the language of a tag, in English for a language there are none in.
func wordsFor(tag string) letterWords {
	language, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if language == "es" {
		return spanish()
	}
	return english()
}

func english() letterWords {
	return letterWords{
		reset: sentences{
			"Choose a new password for Parley",
			"Somebody, probably you, asked for a new password.\n\n" +
				"The link works once, within one hour. If it was not you, do nothing: your password stays as it is.",
			"Choose a new password",
		},
		invitation: sentences{
			"Join {workspace} on Parley",
			"{name} asks you to join the workspace {workspace} on Parley.\n\nThe link works once, within seven days.",
			"Join {workspace}",
		},
		waiting: sentences{
			"A customer of {workspace} is waiting for a person",
			"The AI has handed a conversation to people, and for {minutes} min nobody has touched it.\n\n" +
				"You get one letter for each hand-off. After how long, and whether at all, is chosen in the settings of the workspace.",
			"Open the conversation",
		},
	}
}

func spanish() letterWords {
	return letterWords{
		reset: sentences{
			"Elige una contraseña nueva para Parley",
			"Alguien, probablemente tú, ha pedido una contraseña nueva.\n\n" +
				"El enlace funciona una sola vez, durante una hora. Si no has sido tú, no hagas nada: tu contraseña no cambia.",
			"Elegir una contraseña nueva",
		},
		invitation: sentences{
			"Únete a {workspace} en Parley",
			"{name} te invita a unirte al espacio de trabajo {workspace} en Parley.\n\nEl enlace funciona una sola vez, durante siete días.",
			"Unirme a {workspace}",
		},
		waiting: sentences{
			"Un cliente de {workspace} espera a una persona",
			"La IA ha traspasado una conversación y nadie la ha atendido desde hace {minutes} min.\n\n" +
				"Recibes una carta por cada traspaso. Cuándo, y si la recibes, se elige en los ajustes del espacio de trabajo.",
			"Abrir la conversación",
		},
	}
}
