import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const binary = process.env.PARLEY ?? path.join(here, '../../bin/parley')

/** Where screenshots and the program's words are left. */
export const artifacts = path.join(here, '../artifacts')

/** The first owner of every world. */
export const owner = { email: 'rosa@flowers.example', password: 'roses are red and so on' }

/**
 * Starts the built program on its own data and a free port, and waits until it is ready.
 *
 * @param {string} name what its log is called
 * @param {Record<string, string>} [settings] beyond what every world has
 */
export async function startProgram(name, settings = {}) {
  mkdirSync(artifacts, { recursive: true })
  const data = mkdtempSync(path.join(tmpdir(), 'parley-e2e-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const log = createWriteStream(path.join(artifacts, `${name}.log`))
  const program = spawn(binary, ['serve'], {
    cwd: data,
    env: {
      PATH: process.env.PATH,
      HOME: data,
      PORT: String(port),
      DATA_DIR: data,
      ADMIN_EMAIL: owner.email,
      ADMIN_PASSWORD: owner.password,
      DEMO: 'on',
      PUBLIC_URL: address,
      ...settings,
    },
  })
  program.stdout.pipe(log, { end: false })
  program.stderr.pipe(log, { end: false })
  const over = new Promise((done) => program.once('close', done))
  let ended = false
  void over.then(() => (ended = true))

  const stop = async () => {
    program.kill('SIGTERM')
    const late = setTimeout(() => program.kill('SIGKILL'), 15_000)
    const code = await over
    clearTimeout(late)
    log.end()
    rmSync(data, { recursive: true, force: true })
    return code
  }

  const deadline = Date.now() + 30_000
  for (;;) {
    if (ended) throw new Error(`the program ended before it was ready; see ${log.path}`)
    const ready = await fetch(`${address}/api/ready`).catch(() => undefined)
    if (ready?.ok) return { address, stop }
    if (Date.now() > deadline) {
      await stop()
      throw new Error(`the program was not ready in 30 s; see ${log.path}`)
    }
    await new Promise((next) => setTimeout(next, 50))
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))))
    })
  })
}
