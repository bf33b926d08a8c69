import { useTranslation } from 'react-i18next'
import { asProblem, Problem } from '../api/problem'
import { Button } from '../ui/button'
import { Logo } from '../ui/logo'

type Props = { error: unknown }

/** Instead of a page that cannot be shown: the server is out of reach, or the page stopped with a fault. */
export function PageBroken({ error }: Props) {
  const { t } = useTranslation()
  const kind = error instanceof Problem && asProblem(error).passing ? 'unreachable' : 'broken'
  return (
    <main className="grid h-full place-items-center bg-surface p-6">
      <div className="grid max-w-90 justify-items-start gap-3">
        <Logo size={40} />
        <h1 className="text-xl font-semibold">{t(`${kind}.title`)}</h1>
        <p className="text-md text-ink-2">{t(`${kind}.about`)}</p>
        <Button kind="primary" size="large" onClick={() => location.reload()}>
          {t('broken.reload')}
        </Button>
      </div>
    </main>
  )
}
