import { getRouteApi, useNavigate, useParams } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { Narrow, View } from './list-query'

const route = getRouteApi('/signed-in/inbox')

/** What the inbox keeps in the address. */
type Search = { view?: View; q?: string; why?: string; at?: number; phone?: boolean; contact?: boolean } & Narrow

/** The inbox as the address says: which tab, which words, which conversation is open, and what lies beside it. */
export function useInbox() {
  const search = route.useSearch()
  const openId = useParams({ strict: false, select: (params) => params.conversationId })
  const navigate = useNavigate()

  /** Changes a part of the address; undefined takes a part out. */
  const change = useCallback(
    (part: { [K in keyof Search]?: Search[K] | undefined }) => {
      const next = (previous: Search): Search => {
        const all = Object.entries({ ...previous, ...part })
        return Object.fromEntries(all.filter(([, value]) => value !== undefined))
      }
      void navigate(
        openId
          ? { to: '/inbox/$conversationId', params: { conversationId: openId }, search: next, replace: true }
          : { to: '/inbox', search: next, replace: true },
      )
    },
    [navigate, openId],
  )

  const { channel, label, assignee, unread } = search
  const narrow: Narrow = {
    ...(channel && { channel }),
    ...(label && { label }),
    ...(assignee && { assignee }),
    ...(unread && { unread }),
  }
  return {
    narrow,
    view: search.view ?? 'all',
    q: search.q ?? '',
    why: search.why,
    at: search.at,
    phone: search.phone ?? false,
    contact: search.contact ?? false,
    openId,
    change,
  }
}
