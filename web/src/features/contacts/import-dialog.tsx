import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ContactImport } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { ErrorBox } from '../../ui/error-box'
import { useToast } from '../../ui/use-toast'
import { useImport } from './queries'

type Props = { onClose: () => void }

/** Takes contacts from a file, after showing what that will do. */
export function ImportDialog({ onClose }: Props) {
  const { t } = useTranslation('contacts')
  const words = useProblemWords()
  const toast = useToast()
  const id = useId()
  const [file, setFile] = useState<File>()
  const look = useImport()
  const take = useImport()
  const weighed = look.data
  const takes = weighed ? weighed.new + weighed.changed : 0

  const choose = (chosen: File | undefined) => {
    setFile(chosen)
    look.reset()
    take.reset()
    if (chosen) look.mutate({ file: chosen, dryRun: true })
  }
  const run = () => {
    if (!file) return
    take.mutate(
      { file, dryRun: false },
      {
        onSuccess: (done) => {
          toast({ text: t('import.done', { count: done.new + done.changed }) })
          onClose()
        },
      },
    )
  }

  return (
    <Dialog title={t('import.title')} about={t('import.about')} open onClose={onClose} wide>
      <div className="grid gap-4">
        <div className="grid gap-1">
          <label htmlFor={id} className="text-xs font-medium text-ink-2">
            {t('import.file')}
          </label>
          <input
            id={id}
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => choose(event.target.files?.[0])}
            className="touch w-full rounded-control border border-line-strong bg-surface p-2 text-sm"
          />
        </div>
        {look.isPending && <p role="status">{t('import.reading')}</p>}
        {look.isError && <ErrorBox title={t('import.unreadable')}>{words(look.error)}</ErrorBox>}
        {weighed && <Weighed weighed={weighed} />}
        {take.isError && (
          <ErrorBox title={t('import.failed')} action={{ name: t('tryAgain', { ns: 'common' }), run }}>
            {t('import.again')} {words(take.error)}
          </ErrorBox>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('cancel', { ns: 'common' })}</Button>
          <Button kind="primary" disabled={takes === 0 || take.isPending} onClick={run}>
            {take.isPending ? t('import.busy') : t('import.do', { count: takes })}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

function Weighed({ weighed }: { weighed: ContactImport }) {
  const { t } = useTranslation('contacts')
  return (
    <div className="grid gap-3">
      <dl className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        {(['new', 'changed', 'unchanged', 'wrong'] as const).map((name) => (
          <div key={name} className="rounded-card border border-line p-2">
            <dt className="text-xs text-ink-2">{t(`import.count.${name}`)}</dt>
            <dd className="text-lg font-semibold tabular-nums">{weighed[name]}</dd>
          </div>
        ))}
      </dl>
      {weighed.problems.length > 0 && (
        <div className="max-h-60 overflow-y-auto rounded-card border border-line">
          <table className="w-full border-collapse text-start text-sm">
            <caption className="sr-only">{t('import.problems')}</caption>
            <thead>
              <tr className="h-8 bg-sunken text-xs text-ink-2 [&>th]:px-3 [&>th]:text-start [&>th]:font-medium">
                <th scope="col" className="w-16">
                  {t('import.row')}
                </th>
                <th scope="col" className="w-28">
                  {t('import.column')}
                </th>
                <th scope="col">{t('import.why')}</th>
              </tr>
            </thead>
            <tbody>
              {weighed.problems.map((one) => (
                <tr key={one.row} className="border-t border-line [&>td]:px-3 [&>td]:py-1.5">
                  <td className="tabular-nums">{one.row}</td>
                  <td>
                    <bdi>{one.column}</bdi>
                  </td>
                  <td>{t(`import.problem.${one.code}`, { other: one.other })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
