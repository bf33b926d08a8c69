import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useState } from 'react'
import { Live } from '../api/live'
import { Reading } from '../ui/reading'
import { Toasts } from '../ui/toasts'
import { newQueryClient } from './query-client'
import { newRouter } from './router'

/** The whole of the pages. */
export function App() {
  const [queries] = useState(newQueryClient)
  const [router] = useState(() => newRouter({ queries, live: new Live(queries) }))
  return (
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Reading>
          <Toasts>
            <RouterProvider router={router} />
          </Toasts>
        </Reading>
      </QueryClientProvider>
    </StrictMode>
  )
}
