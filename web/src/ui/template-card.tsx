import { Copy, ExternalLink, FileText, Image, Phone, Reply, Video, type LucideIcon } from 'lucide-react'
import { Icon } from './icon'
import { SaidText } from './said-text'

/** A button under a template. */
type CardButton = { kind: string; text: string; url?: string }

type Props = {
  /** What a screen reader calls it. */
  name: string
  header?: string | undefined
  /** The file in the header: its kind, and where it lies. */
  file?: { kind: string; name: string; link: string } | undefined
  body: string
  footer?: string | undefined
  buttons?: readonly CardButton[]
}

const buttonIcons: Readonly<Record<string, LucideIcon>> = {
  url: ExternalLink,
  phone_number: Phone,
  copy_code: Copy,
  quick_reply: Reply,
}

const fileIcons: Readonly<Record<string, LucideIcon>> = { image: Image, video: Video, document: FileText }

/** A template as the customer sees it on WhatsApp: header, words, small print, buttons. */
export function TemplateCard({ name, header, file, body, footer, buttons = [] }: Props) {
  return (
    <article
      aria-label={name}
      className="w-full max-w-100 overflow-hidden rounded-bubble rounded-es-chip border border-customer-line bg-customer text-md"
    >
      {file && (
        <p className="flex min-h-16 items-center justify-center gap-2 bg-hover px-3 py-2 text-xs text-ink-2">
          <Icon as={fileIcons[file.kind] ?? FileText} size={20} />
          <span className="wrap-anywhere">
            {file.name} <bdi dir="ltr">{file.link}</bdi>
          </span>
        </p>
      )}
      <div className="grid gap-1 px-3 py-2">
        {header && (
          <p dir="auto" className="font-semibold wrap-anywhere">
            {header}
          </p>
        )}
        <SaidText text={body} />
        {footer && (
          <p dir="auto" className="text-xs wrap-anywhere text-ink-3">
            {footer}
          </p>
        )}
      </div>
      {buttons.map((button, i) => (
        <p
          key={i}
          title={button.url}
          className="flex items-center justify-center gap-1.5 border-t border-customer-line px-3 py-2 text-sm font-medium text-accent-text"
        >
          <Icon as={buttonIcons[button.kind] ?? Reply} size={14} />
          <bdi>{button.text}</bdi>
        </p>
      ))}
    </article>
  )
}
