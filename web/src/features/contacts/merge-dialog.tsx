import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact, FullContact, MergeSide } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { contactName, fullNumber } from '../../lib/contact-name'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { useToast } from '../../ui/use-toast'
import { ContactSearch } from './contact-search'
import { useContacts, useMerge, useMergePreview } from './queries'

type Props = { contact: FullContact; onClose: () => void }

/** Makes one contact of two: chooses the other, shows what becomes one, and says that it stays so. */
export function MergeDialog({ contact, onClose }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const toast = useToast()
  const [q, setQ] = useState('')
  const [other, setOther] = useState<Contact>()
  const list = useContacts('activity', q)
  const preview = useMergePreview(contact.id, other?.id ?? '')
  const merge = useMerge(contact.id)
  const run = () => {
    if (!other) return
    merge.mutate(other.id, {
      onSuccess: () => {
        toast({ text: t('merge.done') })
        onClose()
      },
    })
  }

  return (
    <Dialog title={t('merge.title')} about={t('merge.about')} open onClose={onClose} wide>
      {other ? (
        <div className="grid gap-4">
          {preview.isError && <ErrorBox title={t('merge.noPreview')}>{words(preview.error)}</ErrorBox>}
          {preview.data && (
            <>
              <div className="grid gap-3 sm:grid-cols-2">
                <Side title={t('merge.stays')} side={preview.data.stays} />
                <Side title={t('merge.goes')} side={preview.data.goes} />
              </div>
              <p className="rounded-card border border-warn-line bg-warn-soft p-3 text-warn-text">
                {t('merge.final', { count: preview.data.threads })}
              </p>
            </>
          )}
          {merge.isError && <ErrorBox title={t('merge.failed')}>{words(merge.error)}</ErrorBox>}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOther(undefined)}>{t('merge.back')}</Button>
            <Button kind="destroy" disabled={!preview.data || merge.isPending} onClick={run}>
              {t('merge.do')}
            </Button>
          </div>
        </div>
      ) : (
        <div className="grid gap-3">
          <ContactSearch value={q} onSearch={setQ} />
          <ul className="max-h-72 overflow-y-auto">
            {list.data
              ?.filter(({ id }) => id !== contact.id)
              .map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    onClick={() => setOther(one)}
                    className="flex touch w-full items-center justify-between gap-3 rounded-chip px-2 py-1.5 text-start hover:bg-hover"
                  >
                    <bdi className="truncate font-medium">{contactName(one) || t('unknown')}</bdi>
                    <bdi dir="ltr" className="text-ink-3 tabular-nums">
                      {fullNumber(one.phone)}
                    </bdi>
                  </button>
                </li>
              ))}
          </ul>
        </div>
      )}
    </Dialog>
  )
}

function Side({ title, side }: { title: string; side: MergeSide }) {
  const { t } = useTranslation('contacts')
  return (
    <section className="rounded-card border border-line p-3">
      <h3 className="text-xs text-ink-2">{title}</h3>
      <p className="font-semibold">
        <bdi>{contactName(side) || t('unknown')}</bdi>
      </p>
      <ul className="mt-1 text-ink-2">
        {side.numbers.map((number) => (
          <li key={number}>
            <bdi dir="ltr">{fullNumber(number)}</bdi>
          </li>
        ))}
        <li>{t('merge.conversations', { count: side.conversations })}</li>
        <li>{t('merge.messages', { count: side.messages })}</li>
        {side.optedOut && <li>{t('optedOut')}</li>}
      </ul>
    </section>
  )
}
