import { RotateCcw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { SidePane } from '../../ui/side-pane'
import { Phone } from './phone'
import { PhoneGate } from './phone-gate'
import { useBeginAgain } from './use-begin-again'
import { usePhone } from './use-phone'

type Props = { onClose: () => void }

/** The phone beside the inbox: what is written here arrives there. */
export function PhonePanel({ onClose }: Props) {
  const { t } = useTranslation('phone')
  return (
    <SidePane title={t('title')} onClose={onClose}>
      <div className="flex min-h-0 grow flex-col items-center gap-3 bg-canvas p-4">
        <PhoneGate>
          <Body />
        </PhoneGate>
      </div>
    </SidePane>
  )
}

function Body() {
  const { t } = useTranslation('phone')
  const phone = usePhone()
  const { begin, busy } = useBeginAgain()
  return (
    <>
      <Phone phone={phone} />
      <Button size="small" kind="ghost" disabled={busy} onClick={begin}>
        <Icon as={RotateCcw} size={14} />
        {t('again.do')}
      </Button>
    </>
  )
}
