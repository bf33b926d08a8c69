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

const places = new WeakMap<FakeParley, unknown[]>()

/** What the pages said on the socket of where they are, oldest first. */
export function placesSaid(parley: FakeParley): unknown[] {
  return places.get(parley) ?? []
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
          const command = JSON.parse(line) as { id?: number; connect?: unknown; send?: { data: unknown } }
          if (command.send) places.set(parley, [...placesSaid(parley), command.send.data])
          if (command.connect) {
            const subs = { tenant: { recoverable: false } }
            client.send(JSON.stringify({ id: command.id, connect: { client: 'c', version: '1', subs } }))
          }
        }
      })
    }),
  )
}
