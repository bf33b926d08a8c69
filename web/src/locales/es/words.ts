import account from './account.json'
import business from './business.json'
import common from './common.json'
import contacts from './contacts.json'
import inbox from './inbox.json'
import keys from './keys.json'
import knowledge from './knowledge.json'
import notices from './notices.json'
import numbers from './numbers.json'
import palette from './palette.json'
import phone from './phone.json'
import reports from './reports.json'
import sessions from './sessions.json'
import settings from './settings.json'
import setup from './setup.json'
import signIn from './sign-in.json'
import start from './start.json'
import team from './team.json'

/** Every word of the interface, in Spanish. */
export const words = {
  account,
  business,
  common,
  contacts,
  inbox,
  keys,
  knowledge,
  numbers,
  notices,
  palette,
  phone,
  reports,
  sessions,
  settings,
  setup,
  signIn,
  start,
  team,
}
