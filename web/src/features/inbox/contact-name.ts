export { contactName, fullNumber } from '../../lib/contact-name'
