const place = 'parley.invitation'

/**
 * The code of an invitation: behind the # of the address, or, for who had to sign in first, kept in this tab
 * meanwhile. It never stands where a server would see it.
 */
export function invitationToken(): string {
  const token = location.hash.slice(1)
  try {
    if (token) sessionStorage.setItem(place, token)
    return token || (sessionStorage.getItem(place) ?? '')
  } catch {
    return token // no storage: the link must be opened again
  }
}

/** Forgets it, once it was used. */
export function forgetInvitation(): void {
  try {
    sessionStorage.removeItem(place)
  } catch {
    // No storage, nothing kept.
  }
}
