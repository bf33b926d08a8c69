import { useMemo } from 'react'
import type { Conversation } from '../../api/types'
import { useKeys } from '../../lib/use-keys'
import { LoadMore } from '../../ui/load-more'
import { useVirtualRows } from '../../ui/use-virtual-rows'
import { ConversationRow } from './conversation-row'

const rowPx = 76 // with its third line

type Props = {
  name: string
  /** Which list this is; it is the key of this component, too. */
  place: string
  conversations: readonly Conversation[]
  openId: string | undefined
  stale: boolean
  selected: readonly string[]
  onSelect: ((id: string, range: boolean) => void) | undefined
  onSee: (row: Conversation | undefined) => void
  /** Reads more; left out at the end and while it is read. */
  onMore: (() => void) | undefined
  /** What asks for more, when there is more. */
  more: string | undefined
  moreBusy: boolean
}

/** The rows of the inbox, of which only those in sight are there. */
export function ConversationRows(props: Props) {
  const { conversations, openId, selected, onSelect } = props
  const keys = useMemo(() => conversations.map(({ id }) => id), [conversations])
  const { box, items, total, measure, goTo, held, handlers } = useVirtualRows({
    keys,
    rowPx,
    place: props.place,
    onSee: (index) => props.onSee(conversations[index]),
    onMore: props.onMore,
  })
  const step = (by: 1 | -1) => {
    const focused = document.activeElement?.closest('[data-conversation]')?.getAttribute('data-conversation')
    const from = keys.indexOf(focused ?? held ?? openId ?? '')
    goTo(from < 0 ? 0 : from + by)
  }
  useKeys({ j: () => step(1), k: () => step(-1) })

  return (
    <div ref={box} {...handlers} className="min-h-0 grow overflow-y-auto [overflow-anchor:none]">
      <ul
        aria-label={props.name}
        aria-busy={props.stale}
        style={{ height: total }}
        className="relative aria-busy:opacity-60"
      >
        {items.map(({ index, start }) => {
          const conversation = conversations[index]
          if (!conversation) return null
          return (
            <li
              key={conversation.id}
              ref={measure}
              data-index={index}
              data-conversation={conversation.id}
              aria-setsize={props.more ? -1 : conversations.length}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
              className="group absolute inset-x-0 top-0"
            >
              <ConversationRow
                conversation={conversation}
                open={conversation.id === openId}
                selected={selected.includes(conversation.id)}
                selecting={selected.length > 0}
                onSelect={onSelect}
              />
            </li>
          )
        })}
      </ul>
      {props.more && <LoadMore name={props.more} busy={props.moreBusy} onMore={() => props.onMore?.()} />}
    </div>
  )
}
