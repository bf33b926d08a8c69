import account from './account.json'
import common from './common.json'
import inbox from './inbox.json'
import knowledge from './knowledge.json'
import palette from './palette.json'
import phone from './phone.json'
import setup from './setup.json'
import signIn from './sign-in.json'

/** Every word of the interface, in Spanish. */
export const words = { account, common, inbox, knowledge, palette, phone, setup, signIn }
