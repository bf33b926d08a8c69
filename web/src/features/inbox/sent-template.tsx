import type { Message } from '../../api/types'
import { SaidText } from '../../ui/said-text'
import type { SentTemplate as Sent } from './payload'

/** A template in the thread, part by part; its name says what it is. */
export function SentTemplate({ message: m, sent }: { message: Message; sent: Sent }) {
  return (
    <div className="grid gap-1">
      {sent.file && <SaidText text={sent.file.link} />}
      {sent.header && (
        <p dir="auto" className="font-semibold wrap-anywhere">
          {sent.header}
        </p>
      )}
      <SaidText text={sent.body || m.text} />
      {sent.footer && (
        <p dir="auto" className="text-xs wrap-anywhere opacity-80">
          {sent.footer}
        </p>
      )}
      {sent.buttons.length > 0 && (
        <ul className="grid gap-1">
          {sent.buttons.map((button, i) => (
            <li key={i} className="rounded-chip border border-current/25 px-2 py-1 text-center text-sm font-medium">
              {button.url ? (
                <a href={button.url} target="_blank" rel="noreferrer noopener" className="underline">
                  {button.text}
                </a>
              ) : (
                <bdi>{button.text}</bdi>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
