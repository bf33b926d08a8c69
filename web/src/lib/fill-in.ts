/** What the variables of a canned reply stand for. */
type Filling = Readonly<Record<'contact.name' | 'agent.name' | 'business.name', string>>

/** Fills the variables of a text in, once: what is filled in is never looked at again, whoever wrote it. */
export function fillIn(text: string, filling: Filling): string {
  return text.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) =>
    Object.hasOwn(filling, name) ? filling[name as keyof Filling] : whole,
  )
}
