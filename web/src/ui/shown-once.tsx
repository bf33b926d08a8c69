import { Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from './button'
import { Icon } from './icon'
import { useToast } from './use-toast'

type Props = {
  /** What it is: "Link", "Key". */
  name: string
  text: string
}

/** A text that is shown this once, to be copied: a one-time link, a key. */
export function ShownOnce({ name, text }: Props) {
  const { t } = useTranslation()
  const toast = useToast()
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => toast({ text: t('copy.done', { name }) }),
      () => toast({ text: t('copy.failed'), failed: true }),
    )
  }
  return (
    <div className="grid gap-2">
      <output
        aria-label={name}
        className="block rounded-control border border-line-strong bg-sunken px-3 py-2 font-mono text-xs break-all select-all"
      >
        <bdi dir="ltr">{text}</bdi>
      </output>
      <Button onClick={copy} className="justify-self-end">
        <Icon as={Copy} size={16} />
        {t('copy.do')}
      </Button>
    </div>
  )
}
