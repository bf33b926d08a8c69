import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { fileOptions, useFileBytes } from './queries'

/**
 * The file of a message as an address this page can show it under, once it is wanted. The bytes come with the session's
 * token, which an address of the server's could not carry; what is made of them lives as long as the part that shows it.
 */
export function useFile(messageId: string, wanted: boolean) {
  const file = useFileBytes(messageId, wanted)
  const [url, setUrl] = useState<string>()
  const bytes = file.data
  useEffect(() => {
    if (!bytes) return
    const made = URL.createObjectURL(bytes)
    // eslint-disable-next-line react-hooks/set-state-in-effect -- the address is the browser's: it is made and taken back here
    setUrl(made)
    return () => {
      setUrl(undefined)
      URL.revokeObjectURL(made)
    }
  }, [bytes])
  return { url, loading: file.isFetching, error: file.error, again: () => void file.refetch() }
}

// How long a browser may take to begin saving what lies under an address.
const savingMs = 60_000

/** Fetches the file of a message and has the browser save it. */
export function useSaveFile(messageId: string, name: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => client.query(fileOptions(messageId)),
    onSuccess: (bytes) => {
      const url = URL.createObjectURL(bytes)
      save(url, name)
      setTimeout(() => URL.revokeObjectURL(url), savingMs)
    },
  })
}

/** Has the browser save what lies under an address. */
export function save(url: string, name: string) {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
