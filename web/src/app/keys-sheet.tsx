import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog'

const single =
  'min-w-6 rounded-chip border border-line-strong bg-surface px-1.5 py-0.5 text-center text-2xs font-medium'

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent)

type Props = { open: boolean; onClose: () => void }

/** Which key does what. */
export function KeysSheet({ open, onClose }: Props) {
  const { t } = useTranslation()
  const then = t('keys.then')
  const rows: [keys: string[], does: string][] = [
    [['J'], t('keys.next')],
    [['K'], t('keys.previous')],
    [[t('keys.enter')], t('keys.open')],
    [['R'], t('keys.reply')],
    [['N'], t('keys.note')],
    [['T'], t('keys.handover')],
    [['E'], t('keys.close')],
    [['S'], t('keys.snooze')],
    [['A'], t('keys.assign')],
    [['L'], t('keys.label')],
    [['X'], t('keys.select')],
    [['/'], t('keys.search')],
    [['G', then, 'I'], t('keys.goInbox')],
    [['G', then, 'C'], t('keys.goContacts')],
    [['G', then, 'R'], t('keys.goReports')],
    [['G', then, 'K'], t('keys.goKnowledge')],
    [['G', then, 'P'], t('keys.goPhone')],
    [['G', then, 'S'], t('keys.goSettings')],
    [[t('keys.enter')], t('keys.send')],
    [[t('keys.shift'), '+', t('keys.enter')], t('keys.break')],
    [[mac ? '⌘' : t('keys.mod'), '+', 'K'], t('keys.find')],
    [['?'], t('keys.sheet')],
  ]
  return (
    <Dialog title={t('keys.title')} about={t('keys.about')} open={open} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2">
        {rows.map(([keys, does]) => (
          <div key={does} className="contents">
            <dt className="flex items-center gap-1">
              {keys.map((key, i) =>
                key === then || key === '+' ? (
                  <span key={i} className="text-2xs text-ink-3">
                    {key}
                  </span>
                ) : (
                  <kbd key={i} className={`font-sans ${single}`}>
                    {key}
                  </kbd>
                ),
              )}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
