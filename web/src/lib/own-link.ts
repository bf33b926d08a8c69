/** A link of the API as others can open it: with the address these pages have. */
export function ownLink(link: string): string {
  return new URL(link, location.origin).href
}
