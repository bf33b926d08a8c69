import { useNavigate, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useSessionState } from '../api/use-session'

/**
 * Keeps the pages true to the session: the socket is open while somebody is signed in, and when the session ends, here
 * or in another tab, the sign-in page comes up and leads back.
 */
export function useSessionWatch(): void {
  const state = useSessionState()
  const router = useRouter()
  const navigate = useNavigate()
  const { live } = router.options.context
  const tenant = state.status === 'signed-in' ? state.session.tenant.id : undefined

  useEffect(() => {
    if (!tenant) return
    live.open()
    return () => live.close()
  }, [tenant, live])

  useEffect(() => {
    if (state.status !== 'signed-out') return
    void navigate({ to: '/sign-in', search: { next: router.state.location.href }, replace: true })
  }, [state.status, navigate, router])
}
