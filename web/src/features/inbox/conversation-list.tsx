import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { useKeys } from '../../lib/use-keys'
import { narrow, useMedia } from '../../lib/use-media'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { LoadMore } from '../../ui/load-more'
import { BulkBar } from './bulk-bar'
import { ConversationRow } from './conversation-row'
import { FilterChips } from './filter-chips'
import { FirstSteps } from './first-steps'
import { ListSkeleton } from './list-skeleton'
import { useConversations } from './queries'
import { SearchField } from './search-field'
import { useInbox } from './use-inbox'
import { useSelection } from './use-selection'
import { ViewTabs } from './view-tabs'

const none: Conversation[] = []

/** The left pane: tabs, search, and the conversations, the newest word first. */
export function ConversationList() {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const navigate = useNavigate()
  const { view, q, narrow: only, openId } = useInbox()
  const list = useConversations({ view, q, ...only })
  const narrowed = Object.keys(only).length > 0
  // On a phone there is no pane beside the list that says it.
  const small = useMedia(narrow)
  const first = small && view === 'all' && !q && !narrowed && list.data?.length === 0
  const may = useMay('conversations:reply')
  const conversations = list.data ?? none
  const ids = useMemo(() => conversations.map(({ id }) => id), [conversations])
  const { selected, toggle, clear } = useSelection(ids)
  const rows = useRef<HTMLUListElement>(null)
  const go = (by: 1 | -1) => moveFocus(rows.current, by)
  useKeys({
    j: () => go(1),
    k: () => go(-1),
    x: () => {
      const id = document.activeElement?.closest('[data-conversation]')?.getAttribute('data-conversation') ?? openId
      return may && id !== undefined && (toggle(id, false), true)
    },
    escape: () => (selected.length > 0 ? clear() : openId !== undefined && navigate({ to: '/inbox', search: true })),
  })

  return (
    <>
      <header className="flex h-14 shrink-0 items-center px-4">
        <h1 className="text-lg font-semibold">{t('title')}</h1>
      </header>
      <ViewTabs />
      <SearchField />
      <FilterChips />
      <div className="min-h-0 grow overflow-y-auto">
        {list.isError && (
          <div className="p-4">
            <ErrorBox
              title={t('list.failed')}
              action={{ name: t('tryAgain', { ns: 'common' }), run: () => void list.refetch() }}
            >
              {words(list.error)}
            </ErrorBox>
          </div>
        )}
        {list.isPending && <ListSkeleton />}
        {first && <FirstSteps />}
        {list.data?.length === 0 && !first && (
          <EmptyState title={narrowed ? t('list.noneNarrowed') : q ? t('list.noneFound') : t(`view.${view}.empty`)}>
            {narrowed ? t('list.noneNarrowedAbout') : q ? t('list.noneFoundAbout') : t(`view.${view}.emptyAbout`)}
          </EmptyState>
        )}
        <ul
          ref={rows}
          aria-label={t(`view.${view}.name`)}
          aria-busy={list.isPlaceholderData}
          className="aria-busy:opacity-60"
        >
          {conversations.map((conversation) => (
            <ConversationRow
              key={conversation.id}
              conversation={conversation}
              open={conversation.id === openId}
              selected={selected.includes(conversation.id)}
              selecting={selected.length > 0}
              onSelect={may ? toggle : undefined}
            />
          ))}
        </ul>
        {list.hasNextPage && (
          <LoadMore name={t('list.more')} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
        )}
      </div>
      {selected.length > 0 && (
        <BulkBar conversations={conversations.filter(({ id }) => selected.includes(id))} onClear={clear} />
      )}
    </>
  )
}

// moveFocus goes to the next or previous row, from the one that has the focus or is open.
function moveFocus(list: HTMLElement | null, by: 1 | -1): void {
  const links = [...(list?.querySelectorAll('a') ?? [])]
  const at = links.findIndex((link) => link === document.activeElement)
  const from = at >= 0 ? at : links.findIndex((link) => link.hasAttribute('aria-current'))
  const to = links[from < 0 ? 0 : from + by]
  to?.focus()
  to?.scrollIntoView({ block: 'nearest' })
}
