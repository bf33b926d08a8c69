import { useTranslation } from 'react-i18next'
import type { Webhook } from '../../api/types'
import { ShownOnce } from '../../ui/shown-once'

/** What has to be pasted at Meta, each with a way to copy it. */
export function WebhookBox({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('numbers')
  return (
    <div className="grid gap-3">
      <p className="text-sm text-ink-2">{t('webhook.about')}</p>
      <div className="grid gap-1">
        <p className="text-xs font-medium text-ink-2">{t('webhook.url')}</p>
        <ShownOnce name={t('webhook.url')} text={webhook.callbackUrl} />
      </div>
      {webhook.verifyToken ? (
        <div className="grid gap-1">
          <p className="text-xs font-medium text-ink-2">{t('webhook.token')}</p>
          <ShownOnce name={t('webhook.token')} text={webhook.verifyToken} />
        </div>
      ) : (
        <p className="text-xs text-ink-3">{t('webhook.operators')}</p>
      )}
    </div>
  )
}
