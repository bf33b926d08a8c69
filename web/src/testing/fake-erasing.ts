import type { components } from '../api/schema'

type Schemas = components['schemas']
type World = { contacts: Schemas['FullContact'][] }

/** Erasures, as the API shows them: at work when they are asked for, done when they are looked at. */
export class FakeErasing {
  all = new Map<string, Schemas['Erasure']>()

  /** Erases a contact that is called by its name. */
  erase(world: World, id: string, name: string): [number, unknown] {
    const contact = world.contacts.find((one) => one.id === id)
    if (contact?.name !== name) return [422, { detail: 'Nothing was erased.' }]
    world.contacts = world.contacts.filter((one) => one.id !== id)
    const erasure = { id: `e-${id}`, askedAt: '2026-03-01T08:00:00Z', doneAt: null, messages: 12, left: 12 }
    this.all.set(erasure.id, erasure)
    return [200, erasure]
  }

  /** How far one is. */
  done(id: string): Schemas['Erasure'] | undefined {
    const erasure = this.all.get(id)
    return erasure && { ...erasure, doneAt: '2026-03-01T08:00:01Z', left: 0 }
  }
}
