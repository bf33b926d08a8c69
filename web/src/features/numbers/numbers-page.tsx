import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChannels } from '../../api/use-channels'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { Icon } from '../../ui/icon'
import { Rows, RowsSkeleton } from '../../ui/rows'
import { Section } from '../../ui/section'
import { SettingsPage } from '../../ui/settings-page'
import { ConnectDialog } from './connect-dialog'
import { NumberRow } from './number-row'

/** The numbers customers write to. */
export function NumbersPage() {
  const { t } = useTranslation('numbers')
  const words = useProblemWords()
  const may = useMay('channels:write')
  const list = useChannels()
  const [connecting, setConnecting] = useState(false)
  const connect = may && (
    <Button kind="primary" onClick={() => setConnecting(true)}>
      <Icon as={Plus} size={16} />
      {t('connect.open')}
    </Button>
  )
  const real = list.data?.some(({ kind }) => kind === 'whatsapp')
  return (
    <SettingsPage title={t('title')} action={real && connect}>
      <Section title={t('list.title')} about={t('list.about')}>
        {list.isPending && <RowsSkeleton />}
        {list.isError && (
          <ErrorBox
            title={t('list.failed')}
            action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
          >
            {words(list.error)}
          </ErrorBox>
        )}
        {list.data && !real && (
          <EmptyState title={t('list.none')} action={connect}>
            {t('list.noneAbout')}
          </EmptyState>
        )}
        {list.data && list.data.length > 0 && (
          <Rows name={t('list.title')}>
            {list.data.map((channel) => (
              <NumberRow key={channel.id} channel={channel} />
            ))}
          </Rows>
        )}
      </Section>
      {connecting && <ConnectDialog onClose={() => setConnecting(false)} />}
    </SettingsPage>
  )
}
