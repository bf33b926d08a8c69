import { PhonePanel } from '../features/phone/phone-panel'
import { StartPage } from '../features/start/start-page'

/** The first steps, with the built-in phone beside them. */
export function StartWithPhone() {
  return <StartPage phone={(close) => <PhonePanel onClose={close} />} />
}
