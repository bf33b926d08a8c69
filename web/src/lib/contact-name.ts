type Contact = { name: string; username: string; phone: string }

/** What a contact is called: the name, else the username, else the number; "" when nothing is known. */
export function contactName(contact: Contact): string {
  return contact.name || (contact.username && `@${contact.username}`) || fullNumber(contact.phone)
}

/** A number as it is dialled: "+447700900318". */
export function fullNumber(phone: string): string {
  return /^\d+$/.test(phone) ? `+${phone}` : phone
}
