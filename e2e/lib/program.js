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

// With E2E_DATABASE_URL, an empty PostgreSQL that one story may have, the program runs on that; it wants its keys then.
const database = process.env.E2E_DATABASE_URL && {
  DATABASE_URL: process.env.E2E_DATABASE_URL,
  REDIS_URL: process.env.REDIS_URL ?? '',
  JWT_SECRET: 'a secret of the browser tests, 32 long',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
}

/**
 * Starts the built program on its own data and a free port, and waits until it is ready.
 *
 * @param {string} name what its log is called
 * @param {(port: number) => Record<string, string> | Promise<Record<string, string>>} [settings] more settings
 */
export async function startProgram(name, settings = () => ({})) {
  const data = mkdtempSync(path.join(tmpdir(), 'parley-e2e-'))
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const env = {
    PORT: String(port),
    DATA_DIR: data,
    ADMIN_EMAIL: owner.email,
    ADMIN_PASSWORD: owner.password,
    DEMO: 'on',
    PUBLIC_URL: address,
    ...database,
    ...(await settings(port)),
  }
  const start = async () => {
    const child = spawnParley(['serve'], name, env)
    try {
      await eventually(async () => {
        if (child.ended()) throw new Error(`${name} ended before it was ready; see artifacts/${name}.log`)
        return (await fetch(`${address}/api/ready`).catch(() => undefined))?.ok || undefined
      }, `${name} to be ready`)
    } catch (e) {
      await child.stop()
      throw e
    }
    return child
  }
  let child = await start()
  return {
    address,
    /** Ends it and gives its exit code; its data stays. */
    pause: () => child.stop(),
    /** Starts it again after a pause, at the same address with the same data. */
    resume: async () => void (child = await start()),
    /** Ends it for good and gives its exit code. */
    stop: async () => {
      const code = await child.stop()
      rmSync(data, { recursive: true, force: true })
      return code
    },
  }
}

/**
 * Runs a command of the built program; what it says goes to a log.
 *
 * @param {string[]} command
 * @param {string} name what its log is called
 * @param {Record<string, string>} [env]
 */
export function spawnParley(command, name, env = {}) {
  mkdirSync(artifacts, { recursive: true })
  const log = createWriteStream(path.join(artifacts, `${name}.log`), { flags: 'a' })
  const home = env.DATA_DIR ?? tmpdir()
  const program = spawn(binary, command, { cwd: home, env: { PATH: process.env.PATH, HOME: home, ...env } })
  program.stdout.pipe(log, { end: false })
  program.stderr.pipe(log, { end: false })
  const over = new Promise((done) => program.once('close', done))
  let ended = false
  void over.then(() => (ended = true))
  return {
    out: program.stdout,
    ended: () => ended,
    stop: async () => {
      program.kill('SIGTERM')
      const late = setTimeout(() => program.kill('SIGKILL'), 15_000)
      const code = await over
      clearTimeout(late)
      log.end()
      return code
    },
  }
}

/**
 * Asks until there is something.
 *
 * @template T
 * @param {() => Promise<T | undefined>} look
 * @param {string} what
 * @returns {Promise<T>}
 */
export async function eventually(look, what) {
  const deadline = Date.now() + 30_000
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((next) => setTimeout(next, 50))
  }
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))))
    })
  })
}
