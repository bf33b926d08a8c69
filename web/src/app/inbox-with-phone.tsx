import { InboxPage } from '../features/inbox/inbox-page'
import { PhonePanel } from '../features/phone/phone-panel'

/** The inbox, with the built-in phone to be laid beside it. */
export function InboxWithPhone() {
  return <InboxPage phone={(close) => <PhonePanel onClose={close} />} />
}
