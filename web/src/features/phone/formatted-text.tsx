import { Fragment, type ReactNode } from 'react'

// WhatsApp's own signs, around words: *bold*, _italic_, ~struck~, `mono`.
const sign = /(^|[\s(])([*_~`])(?=\S)([^\n]*?\S)\2(?=$|[\s.,;:!?)])/gu

const looks = {
  '*': (text: ReactNode) => <strong className="font-semibold">{text}</strong>,
  _: (text: ReactNode) => <em>{text}</em>,
  '~': (text: ReactNode) => <s>{text}</s>,
  '`': (text: ReactNode) => <code className="font-mono text-sm">{text}</code>,
}

type Props = { text: string }

/** A text as WhatsApp shows it on a phone. */
export function FormattedText({ text }: Props) {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(sign)) {
    const [all, before = '', mark = '', inner = ''] = match
    parts.push(
      <Fragment key={match.index}>
        {text.slice(end, match.index)}
        {before}
        {looks[mark as keyof typeof looks](mark === '`' ? inner : <FormattedText text={inner} />)}
      </Fragment>,
    )
    end = match.index + all.length
  }
  return (
    <>
      {parts}
      {text.slice(end)}
    </>
  )
}
