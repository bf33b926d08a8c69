import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import type { CannedReply } from '../../api/types'

type Props = {
  id: string
  found: CannedReply[]
  chosen: number
  fill: (reply: CannedReply) => string
  onTake: (reply: CannedReply) => void
}

/** The canned replies one can put in, each as it would read. */
export function CannedList({ id, found, chosen, fill, onTake }: Props) {
  const { t } = useTranslation('inbox')
  if (found.length === 0) return <p className="border-b border-line px-3 py-2 text-xs text-ink-3">{t('canned.none')}</p>
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t('canned.name')}
      className="max-h-60 overflow-y-auto border-b border-line p-1"
    >
      {found.map((reply, i) => (
        // The keys are those of the text box, which keeps the focus.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={reply.id}
          id={`${id}-${i}`}
          role="option"
          aria-selected={i === chosen}
          tabIndex={-1}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(reply)}
          className={clsx('cursor-pointer rounded-chip px-2 py-1', i === chosen ? 'bg-selected' : 'hover:bg-hover')}
        >
          <span className="flex items-baseline gap-2">
            <bdi className="truncate font-medium">{reply.title}</bdi>
            <bdi className="shrink-0 text-2xs text-ink-3">/{reply.shortcut}</bdi>
          </span>
          <span dir="auto" className="line-clamp-2 text-xs whitespace-pre-line text-ink-2">
            {fill(reply)}
          </span>
        </div>
      ))}
    </div>
  )
}
