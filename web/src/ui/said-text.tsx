import { Fragment, type ReactNode } from 'react'

const address = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])/g

type Props = {
  text: string
  /** What stands after the last word, on its line when there is room: the time. */
  after?: ReactNode
}

/** What somebody wrote, in its own direction, line breaks kept, addresses as links. */
export function SaidText({ text, after }: Props) {
  return (
    <div dir="auto" className="wrap-anywhere whitespace-pre-wrap">
      {text.split(address).map((part, i) =>
        i % 2 === 1 ? (
          <a key={i} href={part} target="_blank" rel="noreferrer noopener" className="underline">
            {part}
          </a>
        ) : (
          <Fragment key={i}>{part}</Fragment>
        ),
      )}
      {after && (
        <span
          dir="ltr"
          className="float-end ms-3 mt-1 -mb-0.5 inline-flex items-center gap-1 text-2xs whitespace-nowrap"
        >
          {after}
        </span>
      )}
    </div>
  )
}
