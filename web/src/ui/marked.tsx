import { marked } from '../lib/marked'

type Props = { text: string; typed: string }

/** A text in which the words that were typed are marked. */
export function Marked({ text, typed }: Props) {
  return marked(text, typed).map(({ text: piece, hit }, i) =>
    hit ? (
      <mark key={i} className="rounded-chip bg-warn-soft text-inherit">
        {piece}
      </mark>
    ) : (
      piece
    ),
  )
}
