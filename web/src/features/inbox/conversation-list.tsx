import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { useKeys } from '../../lib/use-keys'
import { narrow, useMedia } from '../../lib/use-media'
import { EmptyState } from '../../ui/empty-state'
import { ErrorBox } from '../../ui/error-box'
import { BulkBar } from './bulk-bar'
import { ConversationRows } from './conversation-rows'
import { FilterChips } from './filter-chips'
import { FirstSteps } from './first-steps'
import { useConversations } from './list-query'
import { ListSkeleton } from './list-skeleton'
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
  const place = JSON.stringify({ view, q, ...only })
  useKeys({
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
      {conversations.length > 0 && (
        <ConversationRows
          key={place}
          place={place}
          name={t(`view.${view}.name`)}
          conversations={conversations}
          openId={openId}
          stale={list.isPlaceholderData}
          selected={selected}
          onSelect={may ? toggle : undefined}
          onSee={list.onSee}
          onMore={list.more}
          more={list.hasMore ? t('list.more') : undefined}
          moreBusy={list.isFetchingMore}
        />
      )}
      {selected.length > 0 && (
        <BulkBar conversations={conversations.filter(({ id }) => selected.includes(id))} onClear={clear} />
      )}
    </>
  )
}
