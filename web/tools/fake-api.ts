import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { FakeParley } from '../src/testing/fake-parley.ts'
import { furnish } from './furnish.ts'

/** Answers /api in place of the program, from memory: pages can be worked on without it (`npm run dev:fake`). */
export function fakeApi(): Plugin {
  const parley = new FakeParley({ thinkMs: 900 })
  furnish(parley)
  return {
    name: 'fake-api',
    configureServer({ middlewares }) {
      middlewares.use('/api', (request, response) => {
        void answer(parley, request, response)
      })
    },
  }
}

async function answer(parley: FakeParley, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk)
  const { method = 'GET', headers, url = '/' } = request
  const asked = new Request(`http://localhost/api${url}`, {
    method,
    headers: { Authorization: headers.authorization ?? '' },
    body: chunks.length > 0 ? Buffer.concat(chunks) : null,
  })
  const given = await parley.handle(asked)
  response.writeHead(given.status, Object.fromEntries(given.headers))
  response.end(await given.text())
}
