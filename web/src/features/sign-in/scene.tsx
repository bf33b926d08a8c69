import { CornerUpRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { AiMark } from '../../ui/ai-mark'
import { Avatar } from '../../ui/avatar'
import { Bubble } from '../../ui/bubble'
import { Icon } from '../../ui/icon'

/** What Parley is, shown instead of told: a conversation as it goes. */
export function Scene() {
  const { t } = useTranslation('signIn')
  const ai = t('ai', { ns: 'common' })
  return (
    <div className="flex w-full max-w-120 flex-col gap-2">
      <Bubble speaker="customer" name="" text={t('scene.question')} at="8:12" />
      <Bubble
        speaker="ai"
        name={ai}
        by={
          <>
            <AiMark size={14} />
            {ai}
          </>
        }
        text={t('scene.answer')}
        at="8:12"
      />
      <Bubble speaker="customer" name="" text={t('scene.order')} at="8:13" />
      <div className="my-1 flex gap-3 rounded-card border border-line bg-surface px-3 py-2 text-xs text-ink-2">
        <Icon as={CornerUpRight} size={16} className="flip text-ink-3" />
        <div>
          <p className="font-semibold text-ink">{t('scene.handoff')}</p>
          {t('scene.summary')}
        </div>
      </div>
      <Bubble
        speaker="agent"
        name={t('scene.person')}
        by={
          <>
            <Avatar name={t('scene.person')} size="tiny" />
            {t('scene.person')}
          </>
        }
        text={t('scene.reply')}
        at="8:15"
      />
      <p className="mt-8 text-xl font-semibold">
        {t('scene.line1')}
        <br />
        {t('scene.line2')}
      </p>
    </div>
  )
}
