import account from './account.json'
import common from './common.json'
import inbox from './inbox.json'
import knowledge from './knowledge.json'
import phone from './phone.json'
import settings from './settings.json'
import setup from './setup.json'
import signIn from './sign-in.json'

/** Every word of the interface, in English; other languages have the same keys. */
export const words = { account, common, inbox, knowledge, phone, settings, setup, signIn }
