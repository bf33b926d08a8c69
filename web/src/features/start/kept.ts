const place = (workspace: string, what: string) => `parley.start.${workspace}.${what}`

/** Whether something was chosen on this device: to stay as it is, to put the steps away. */
export function kept(workspace: string, what: string): boolean {
  try {
    return localStorage.getItem(place(workspace, what)) !== null
  } catch {
    return false
  }
}

/** Notes on this device that something was chosen. */
export function keep(workspace: string, what: string): void {
  try {
    localStorage.setItem(place(workspace, what), '1')
  } catch {
    // No storage: it is asked again the next time.
  }
}
