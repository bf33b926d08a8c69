import { http, ws } from 'msw'
import { setupServer } from 'msw/node'
import type { FakeParley } from './fake-parley'

/** The network of a test. Nothing answers until a test says who does. */
export const server = setupServer()

const live = ws.link(/\/api\/live$/)

/** Cuts every open socket, as a network does. */
export function cutSockets(): void {
  for (const client of live.clients) client.close(3000)
}

/** Puts a fake behind /api for the rest of the test: requests, and the socket that says what changed. */
export function answerWith(parley: FakeParley): void {
  server.use(
    http.all(/\/api\//, ({ request }) => parley.handle(request)),
    live.addEventListener('connection', ({ client }) => {
      const stop = parley.onHint((data) => client.send(JSON.stringify({ push: { channel: 'tenant', pub: { data } } })))
      client.addEventListener('close', stop)
      client.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string') return
        for (const line of data.split('\n')) {
          const command = JSON.parse(line) as { id?: number; connect?: unknown }
          if (command.connect) {
            const subs = { tenant: { recoverable: false } }
            client.send(JSON.stringify({ id: command.id, connect: { client: 'c', version: '1', subs } }))
          }
        }
      })
    }),
  )
}
